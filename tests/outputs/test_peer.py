"""What a document becomes for another Printer, and what goes with it: by what that Printer says of itself."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.enums import Finishings, Operation, OrientationRequested, PrintQuality
from ippserver.iana.keywords import (
    JobSheets,
    MultipleDocumentHandling,
    PrintColorMode,
    PrintScaling,
    Sides,
)
from ippserver.interfaces import OutputRefused
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.limits import CLIENT_LIMITS
from ippserver.ipp.message import Response
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, RangeOfInteger, Resolution, Value
from ippserver.model import formats
from ippserver.model.capabilities import Capabilities, capabilities
from ippserver.model.conversion import Wanted
from ippserver.outputs.peer import Peer
from ippserver.testing import strategies
from tests.outputs.described import OFFICE, asked, made, peer

A4 = Keyword("iso_a4_210x297mm")
UNCOLLATED = MultipleDocumentHandling.SEPARATE_DOCUMENTS_UNCOLLATED_COPIES
FIRST_PAGE = names.PAGES.of(RangeOfInteger(1, 1))
ONE_COPY = (names.COPIES.of(1),)


# ---- what the document becomes


@pytest.mark.parametrize("media_type", [formats.PDF, formats.JPEG, formats.TEXT, formats.OCTET_STREAM])
def test_what_it_takes_and_prints_as_asked_is_sent_as_it_came(media_type: str) -> None:
    template = (names.COPIES.of(3), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), names.NUMBER_UP.of(4))
    assert peer().wanted(asked(*template, media_type=media_type)) is None


def test_parameters_of_a_media_type_are_no_reason_to_refuse_it() -> None:
    there = peer(formats.TEXT)
    assert there.takes("text/plain; charset=utf-8")
    assert there.wanted(asked(media_type="TEXT/plain;charset=us-ascii")) is None


@pytest.mark.parametrize(
    "demand",
    [
        names.COPIES.of(3),
        names.NUMBER_UP.of(2),
        names.ORIENTATION_REQUESTED.of(OrientationRequested.LANDSCAPE),
        names.OVERRIDES.of(Collection([FIRST_PAGE, names.SIDES.of(Sides.ONE_SIDED)])),
        names.PAGE_RANGES.of(RangeOfInteger(2, 3)),
        names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME),
        names.PRINT_SCALING.of(PrintScaling.FILL),
        names.JOB_SHEETS.of(JobSheets.STANDARD),
    ],
    ids=lambda demand: demand.name,
)
def test_what_it_cannot_do_with_the_pages_is_done_here(demand: Attribute) -> None:
    able = peer(without=[f"{demand.name}-supported"])
    assert able.wanted(asked(demand)) == Wanted(formats.PDF)
    assert demand not in able.template(made(Wanted(formats.PDF), demand))


def test_what_nobody_here_could_do_instead_is_no_reason_to_make_pages() -> None:
    template = (names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), names.FINISHINGS.of(Finishings.BIND))
    assert peer(config=replace(OFFICE, duplex=False)).wanted(asked(*template)) is None
    gray = replace(OFFICE, color=False)
    assert peer(config=gray).wanted(asked(names.PRINT_COLOR_MODE.of(PrintColorMode.COLOR))) is None


def test_a_printer_without_color_needs_no_gray_pages() -> None:
    gray = peer(without=["print-color-mode-supported"], config=replace(OFFICE, color=False))
    assert gray.wanted(asked(names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME))) is None


@pytest.mark.parametrize(
    ("taken", "best"),
    [
        ((formats.JPEG, formats.APPLE_RASTER, formats.PWG_RASTER, formats.PDF), formats.PDF),
        ((formats.JPEG, formats.APPLE_RASTER, formats.PWG_RASTER), formats.PWG_RASTER),
        ((formats.JPEG, formats.APPLE_RASTER), formats.APPLE_RASTER),
        ((formats.JPEG, formats.OCTET_STREAM), formats.JPEG),
    ],
)
def test_the_best_of_what_it_takes_is_made(taken: Sequence[str], best: str) -> None:
    wanted = peer(*taken).wanted(asked(media_type=formats.TIFF))
    assert wanted is not None
    assert wanted.media_type == best
    assert wanted.split == (best == formats.JPEG)


def test_where_nothing_can_be_made_that_it_takes_it_is_left_to_do_what_it_can() -> None:
    text = peer(formats.TEXT, without=["number-up-supported"])
    assert text.wanted(asked(names.NUMBER_UP.of(2), media_type=formats.TEXT)) is None


@pytest.mark.parametrize("media_type", ["application/vnd.zebra-zpl", formats.OCTET_STREAM, formats.PDF])
def test_what_it_does_not_take_and_cannot_be_made_is_refused(media_type: str) -> None:
    there = peer(formats.PNG)
    with pytest.raises(OutputRefused, match=rf"^there:631 takes no {media_type}\.$"):
        there.wanted(replace(asked(media_type=media_type), convertible=media_type == formats.PDF))


def test_a_printer_that_takes_what_is_unknown_here_gets_it_untouched() -> None:
    label = peer("application/vnd.zebra-zpl", formats.PDF, without=["copies-supported"])
    unknown = asked(names.COPIES.of(2), media_type="application/vnd.zebra-zpl")
    assert label.wanted(replace(unknown, convertible=False)) is None


def test_what_is_unknown_here_goes_on_untouched_whatever_is_forced() -> None:
    there = peer("application/vnd.zebra-zpl", formats.PDF, without=["copies-supported"])
    unknown = replace(asked(media_type="application/vnd.zebra-zpl"), convertible=False)
    assert there.wanted(unknown, formats.PDF) is None


def test_an_encrypted_document_goes_on_without_its_password() -> None:
    given = asked()
    given = replace(given, document=replace(given.document, password="hush"))
    assert peer().wanted(given) == Wanted(formats.PDF)


@pytest.mark.parametrize(
    ("declared", "made"), [("utf-8", None), ("us-ascii", None), ("koi8-r", Wanted(formats.PDF))]
)
def test_text_in_a_charset_that_need_not_be_known_there_becomes_pages(
    declared: str, made: Wanted | None
) -> None:
    given = asked(media_type=formats.TEXT)
    supplied = names.DOCUMENT_FORMAT_SUPPLIED.of(f"text/plain; charset={declared}")
    assert peer().wanted(replace(given, document=replace(given.document, supplied=(supplied,)))) == made


def test_a_format_that_is_forced_is_made_or_refused() -> None:
    there = peer(formats.PDF, formats.PWG_RASTER)
    assert there.wanted(asked(), formats.PDF) == Wanted(formats.PDF)
    raster = there.wanted(asked(), formats.PWG_RASTER)
    assert raster is not None
    assert raster.dpi is not None
    with pytest.raises(OutputRefused, match="takes no image/urf"):
        there.wanted(asked(), formats.APPLE_RASTER)


# ---- what goes with it


def test_the_copies_of_what_is_made_are_left_to_a_printer_that_makes_some() -> None:
    there = peer(formats.PWG_RASTER)
    template = (names.COPIES.of(3), names.MULTIPLE_DOCUMENT_HANDLING.of(UNCOLLATED))
    wanted = there.wanted(asked(*template))
    assert wanted is not None
    assert wanted.instead == ONE_COPY
    assert set(template) <= set(there.template(made(wanted, *template)))


@pytest.mark.parametrize(
    ("template", "without"),
    [
        ((names.COPIES.of(3),), "copies-supported"),
        (
            (names.COPIES.of(3), names.MULTIPLE_DOCUMENT_HANDLING.of(UNCOLLATED)),
            "multiple-document-handling-supported",
        ),
        ((names.COPIES.of(3), names.JOB_SHEETS.of(JobSheets.STANDARD)), ""),
        (
            (
                names.COPIES.of(3),
                names.OVERRIDES.of(
                    Collection(
                        [FIRST_PAGE, names.DOCUMENT_COPIES.of(RangeOfInteger(1, 1)), names.MEDIA.of(A4)]
                    )
                ),
            ),
            "",
        ),
        ((names.COPIES.of(1),), ""),
    ],
    ids=["none", "not so", "job sheet", "one differs", "one"],
)
def test_copies_that_it_cannot_make_are_made_here_and_not_asked_for_again(
    template: tuple[Attribute, ...], without: str
) -> None:
    there = peer(formats.PWG_RASTER, without=[without])
    wanted = there.wanted(asked(*template))
    assert wanted is not None
    assert wanted.instead == ()
    assert names.COPIES.name not in {each.name for each in there.template(made(wanted, *template))}


def test_what_is_done_with_the_pages_is_not_asked_for_again_and_the_rest_is() -> None:
    left = (
        names.SIDES.of(Sides.TWO_SIDED_SHORT_EDGE),
        names.PRINT_QUALITY.of(PrintQuality.HIGH),
        names.FINISHINGS.of(Finishings.STAPLE),
        names.MEDIA.of(A4),
    )
    done = (
        names.NUMBER_UP.of(2),
        names.PAGE_RANGES.of(RangeOfInteger(1, 2)),
        names.PRINT_SCALING.of(PrintScaling.FILL),
        names.ORIENTATION_REQUESTED.of(OrientationRequested.LANDSCAPE),
        names.JOB_SHEETS.of(JobSheets.STANDARD),
    )
    found = peer().template(made(Wanted(formats.PDF), *left, *done))
    assert set(left) | {names.PRINT_SCALING.of(PrintScaling.NONE)} == set(found)


def test_pages_that_were_made_say_on_which_sheets_though_nobody_asked() -> None:
    found = peer().template(made(Wanted(formats.PDF)))
    assert {names.MEDIA.of(A4), names.SIDES.of(Sides.ONE_SIDED)} < set(found)


def test_a_medium_that_it_does_not_have_leaves_the_size_of_the_pages_to_it() -> None:
    small = replace(OFFICE, media=("na_index-4x6_4x6in",), media_default="na_index-4x6_4x6in")
    found = {each.name for each in peer(config=small).template(made(Wanted(formats.PDF)))}
    assert found.isdisjoint({names.MEDIA.name, names.MEDIA_COL.name, names.PRINT_SCALING.name})


def test_pages_are_fit_to_the_sheets_that_it_has() -> None:
    small = Keyword("na_index-4x6_4x6in")
    there = peer(formats.PDF, config=replace(OFFICE, media=(small,), media_default=small))
    wanted = there.wanted(asked(media_type=formats.TIFF))
    assert wanted is not None
    size = Collection([names.X_DIMENSION.of(10160), names.Y_DIMENSION.of(15240)])
    medium = names.MEDIA.of(small)
    assert wanted.instead == (medium, names.MEDIA_COL.of(Collection([names.MEDIA_SIZE.of(size)])))
    assert {medium, names.PRINT_SCALING.of(PrintScaling.NONE)} < set(there.template(made(wanted)))


@pytest.mark.parametrize("without", ["media-supported", "media-default"])
def test_nothing_is_fit_to_sheets_that_nobody_knows(without: str) -> None:
    small = "na_index-4x6_4x6in"
    there = peer(formats.PDF, config=replace(OFFICE, media=(small,), media_default=small), without=[without])
    assert there.wanted(asked(media_type=formats.TIFF)) == Wanted(formats.PDF)


def test_a_medium_within_the_custom_sizes_of_a_printer_is_one_that_it_has() -> None:
    media = ("na_letter_8.5x11in", "custom_min_50x50mm", "custom_max_300x500mm")
    there = peer(formats.PDF, config=replace(OFFICE, media=media, media_default=media[0]))
    assert there.wanted(asked(media_type=formats.TIFF)) == Wanted(formats.PDF)


@pytest.mark.parametrize("known", [True, False])
def test_a_medium_goes_as_it_was_described_or_by_its_name(known: bool) -> None:
    size = Collection([names.X_DIMENSION.of(21000), names.Y_DIMENSION.of(29700)])
    chosen = names.MEDIA_COL.of(Collection([names.MEDIA_SIZE.of(size)]))
    there = peer(without=[] if known else ["media-col-supported"])
    found = set(there.template(made(Wanted(formats.PDF), chosen)))
    assert (chosen in found, names.MEDIA.of(A4) in found) == (known, not known)


def test_the_resolution_of_a_raster_is_the_one_that_it_has() -> None:
    template = (names.PRINTER_RESOLUTION.of(Resolution(1200, 1200)),)
    there = peer(formats.PWG_RASTER, config=replace(OFFICE, resolutions_dpi=(300, 600)))
    wanted = there.wanted(asked(*template))
    found = there.template(made(wanted, *template))
    assert names.PRINTER_RESOLUTION.of(Resolution(600, 600)) in found


def test_what_our_printer_does_unasked_is_asked_of_the_other() -> None:
    ours = capabilities(replace(OFFICE, color=False))
    given = replace(asked(), printer=ours)
    assert peer().wanted(given) is None
    assert peer().template(given) == (names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME),)


def test_what_is_about_the_queue_here_is_not_sent_on() -> None:
    template = (names.JOB_CANCEL_AFTER.of(60), names.COPIES.of(2))
    assert peer().template(asked(*template)) == (names.COPIES.of(2),)


@pytest.mark.parametrize(
    ("having", "files", "refused"),
    [(True, 3, False), (False, 1, False), (False, 3, True)],
)
def test_several_files_need_a_printer_of_jobs_of_several_documents(
    having: bool, files: int, refused: bool
) -> None:
    told = [
        names.OPERATIONS_SUPPORTED.of(Operation.CREATE_JOB, Operation.SEND_DOCUMENT),
        names.MULTIPLE_DOCUMENT_JOBS_SUPPORTED.of(having),
    ]
    there = peer(having=told)
    if refused:
        with pytest.raises(OutputRefused, match="one file in a job, and the document makes 3"):
            there.check_files(files)
    else:
        there.check_files(files)
    assert there.makes_jobs_in_steps


# ---- printers as they are


@pytest.fixture(scope="session")
def real(samples: Path) -> dict[str, Peer]:
    """Printers that have answered somebody, by the names of their files."""
    found = {}
    for path in sorted(samples.glob("*.gpa.ipp")):
        decoder = Decoder(Response, CLIENT_LIMITS)
        decoder.feed(path.read_bytes())
        able = Capabilities(decoder.message.group(GroupTag.PRINTER))
        if names.DOCUMENT_FORMAT_SUPPORTED.all(able):
            found[path.name] = Peer(path.name, able, 1_800_000_000.0)
    return found


@pytest.mark.parametrize("media_type", [formats.PDF, formats.TEXT, formats.JPEG, formats.PWG_RASTER])
def test_every_printer_gets_what_it_takes(real: dict[str, Peer], media_type: str) -> None:
    template = (names.NUMBER_UP.of(2), names.COPIES.of(2), names.PRINT_QUALITY.of(PrintQuality.HIGH))
    for name, there in real.items():
        wanted = there.wanted(asked(*template, media_type=media_type))
        assert there.takes(media_type if wanted is None else wanted.media_type), name
        if wanted is not None and wanted.media_type in (formats.PWG_RASTER, formats.APPLE_RASTER):
            assert wanted.dpi in (300, 360, 600, 720), name
            assert wanted.raster_type in ("srgb_8", "sgray_8"), name
        assert names.NUMBER_UP.of(2) not in there.template(made(wanted, *template)) or wanted is None


def test_no_printer_needs_more_than_it_is_offered(real: dict[str, Peer]) -> None:
    found = {there.wanted(asked()) for there in real.values()}
    kinds = {None if wanted is None else wanted.media_type for wanted in found}
    assert kinds == {None, formats.PWG_RASTER, formats.APPLE_RASTER}


# ---- printers as they never should be

SUPPORTED = tuple(capabilities(OFFICE).attributes)


@given(
    told=st.dictionaries(st.sampled_from(SUPPORTED), st.lists(strategies.values(), min_size=1, max_size=3)),
    media_type=st.sampled_from([formats.PDF, formats.PWG_RASTER, formats.APPLE_RASTER, formats.TEXT]),
)
def test_whatever_it_says_of_itself_a_document_becomes_something_or_is_refused(
    told: dict[str, list[Value]], media_type: str
) -> None:
    template = (
        names.COPIES.of(2),
        names.PAGE_RANGES.of(RangeOfInteger(1, 2)),
        names.OVERRIDES.of(Collection([FIRST_PAGE, names.SIDES.of(Sides.ONE_SIDED)])),
        names.MEDIA_COL.of(Collection([names.MEDIA_KEY.of(A4)])),
        names.PRINTER_RESOLUTION.of(Resolution(600, 600)),
        names.FINISHINGS.of(Finishings.STAPLE),
    )
    there = peer(having=[Attribute(name, values) for name, values in told.items()])
    try:
        wanted = there.wanted(asked(*template, media_type=media_type))
    except OutputRefused:
        return
    there.template(made(wanted, *template))
    assert there.takes(media_type if wanted is None else wanted.media_type)
