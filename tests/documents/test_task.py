"""What goes through the pipe between the server and a worker."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Limits, Result, Target, Task, decoded, encoded
from ippserver.iana import names
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import RangeOfInteger
from ippserver.model import formats
from ippserver.model.amount import Counts, Kinds

pixels = st.builds(PixelFormat, st.sampled_from(ColorSpace), st.sampled_from((1, 8, 16)))
targets = st.builds(
    Target,
    media_type=st.sampled_from((formats.PDF, formats.PNG, formats.PWG_RASTER)),
    pixels=st.none() | pixels,
    dpi=st.none() | st.integers(1, 2400),
    split=st.booleans(),
)
ATTRIBUTES = AttributeGroup(
    GroupTag.JOB,
    [
        names.COPIES.of(2),
        names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),
        names.PAGE_RANGES.of(RangeOfInteger(1, 2), RangeOfInteger(4, 9)),
        names.OVERRIDES.of(Collection([names.PAGES.of(RangeOfInteger(1, 1)), names.COPIES.of(3)])),
    ],
)


@given(targets, st.text(), st.none() | st.text(), st.integers(1))
def test_a_task_is_the_same_behind_the_pipe(
    target: Target, title: str, password: str | None, pages: int
) -> None:
    task = Task(
        source_format="text/plain; charset=us-ascii",
        target=target,
        number=2,
        of_documents=3,
        attributes=ATTRIBUTES,
        password=password,
        title=title,
        limits=Limits(pages=pages),
    )
    assert Task.decode(task.encode()) == task
    assert decoded(encoded([task, replace(task, title="other")])) == [task, replace(task, title="other")]


@given(st.text(), st.dictionaries(st.text(), st.integers(0)), st.booleans())
def test_a_result_is_the_same_behind_the_pipe(text: str, media: dict[str, int], unchanged: bool) -> None:
    result = Result(
        media_type=formats.PDF,
        extension=".pdf",
        parts=1,
        pages=2,
        impressions=3,
        impressions_completed=4,
        sheets=5,
        counts=Counts(
            pages=Kinds(color=1, monochrome=1),
            impressions=Kinds(color_two_sided=3),
            impressions_completed=Kinds(monochrome_two_sided=4),
            sheets=Kinds(blank_two_sided=5),
        ),
        text=text,
        media=media,
        unchanged=unchanged,
    )
    assert Result.decode(result.encode()) == result


@pytest.mark.parametrize("octets", [b"", b"{", b"[]", b"{}", b"1", json.dumps({"pages": "x"}).encode()])
def test_what_is_no_result_is_noticed(octets: bytes) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        Result.decode(octets)
