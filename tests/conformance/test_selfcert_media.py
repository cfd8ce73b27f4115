"""Self-certification of IPP Everywhere, I-10: the media that a printer tells of."""

from typing import Any

import pytest

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import Keyword, RangeOfInteger
from tests.conformance.subject import Subject
from tests.conformance.test_selfcert_ipp import everything
from tests.conformance.test_selfcert_printer import by_name


async def test_i_10_the_database_of_media_does_not_come_unasked(subject: Subject) -> None:
    assert names.MEDIA_COL_DATABASE.attribute(await everything(subject)) is None


@pytest.mark.parametrize("definition", [names.MEDIA_COL_DEFAULT, names.MEDIA_COL_READY], ids=by_name)
async def test_i_10_a_medium_has_its_size_source_and_type(
    subject: Subject, definition: AttributeDef[Any]
) -> None:
    media = definition.all(await everything(subject))
    assert media
    for medium in media:
        assert all(length > 0 for length in dimensions(medium))
        assert names.MEDIA_SOURCE.get(medium)
        assert names.MEDIA_TYPE.get(medium)


def dimensions(medium: Collection) -> list[int]:
    """The least of what each side of a medium may measure."""
    size = names.MEDIA_SIZE.get(medium)
    assert size is not None
    sides = [*names.X_DIMENSION.all(size), *names.Y_DIMENSION.all(size)]
    assert len(sides) == 2
    return [side.lower if isinstance(side, RangeOfInteger) else side for side in sides]


@pytest.mark.parametrize(
    "definition",
    [
        names.MEDIA_BOTTOM_MARGIN_SUPPORTED,
        names.MEDIA_LEFT_MARGIN_SUPPORTED,
        names.MEDIA_RIGHT_MARGIN_SUPPORTED,
        names.MEDIA_TOP_MARGIN_SUPPORTED,
    ],
    ids=by_name,
)
async def test_i_10_no_margin_is_negative(subject: Subject, definition: AttributeDef[int]) -> None:
    assert min(definition.all(await everything(subject))) >= 0


async def test_i_10_4_every_medium_of_the_database_has_a_size(subject: Subject) -> None:
    printer = await everything(subject, Keyword(names.MEDIA_COL_DATABASE.name))
    media = names.MEDIA_COL_DATABASE.all(printer)
    assert media
    assert all(length > 0 for medium in media for length in dimensions(medium))
