"""`-o NAME=VALUE` by the syntax of the attribute."""

from datetime import UTC, datetime

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Finishings, OrientationRequested, PrintQuality
from ippserver.iana.keywords import Sides
from ippserver.iana.option_values import WrongOption, parse_option
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import DateTime, Enum, Keyword, MimeMediaType, Name, RangeOfInteger, Resolution

A4 = Collection((names.X_DIMENSION.of(21000), names.Y_DIMENSION.of(29700)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("copies=2", names.COPIES.of(2)),
        ("sides=two-sided-long-edge", names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)),
        ("media=iso_a4_210x297mm", names.MEDIA.of(Keyword("iso_a4_210x297mm"))),
        ("media=Letterhead, old", names.MEDIA.of(Name("Letterhead, old"))),
        ("media='iso_a4_210x297mm'", names.MEDIA.of(Name("iso_a4_210x297mm"))),
        ("page-ranges=1-3,5", names.PAGE_RANGES.of(RangeOfInteger(1, 3), RangeOfInteger(5, 5))),
        ("print-quality=high", names.PRINT_QUALITY.of(PrintQuality.HIGH)),
        ("print-quality=5", names.PRINT_QUALITY.of(PrintQuality.HIGH)),
        ("orientation-requested=landscape", names.ORIENTATION_REQUESTED.of(OrientationRequested.LANDSCAPE)),
        ("finishings=staple,punch", names.FINISHINGS.of(Finishings.STAPLE, Finishings.PUNCH)),
        ("printer-resolution=600dpi", names.PRINTER_RESOLUTION.of(Resolution(600, 600, 3))),
        ("printer-resolution=240x120dpcm", names.PRINTER_RESOLUTION.of(Resolution(240, 120, 4))),
        ("media-col={media-size={x-dimension=21000 y-dimension=29700}}", names.MEDIA_COL.of(
            Collection((names.MEDIA_SIZE.of(A4),))
        )),
        ("media-col={ media-color='light blue'  media-type=stationery }", names.MEDIA_COL.of(
            Collection((
                names.MEDIA_COLOR.of(Name("light blue")),
                names.MEDIA_TYPE.of(Keyword("stationery")),
            ))
        )),
        ("overrides={pages=1-2 copies=2},{pages=3}", names.OVERRIDES.of(
            Collection((names.PAGES.of(RangeOfInteger(1, 2)), names.COPIES.of(2))),
            Collection((names.PAGES.of(RangeOfInteger(3, 3)),)),
        )),
        ("media-col={}", names.MEDIA_COL.of(Collection())),
        ("job-hold-until-time=2027-01-02T03:04:05+00:00", names.JOB_HOLD_UNTIL_TIME.of(
            DateTime.of(datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC).astimezone())
        )),
        ("confirmation-sheet-print=no", names.CONFIRMATION_SHEET_PRINT.of(False)),
        ("x-vendor-level=5", Attribute("x-vendor-level", (5,))),
        ("x-vendor-mode=fast,Very Fast", Attribute("x-vendor-mode", (Keyword("fast"), Name("Very Fast")))),
        ("x-vendor-flag", Attribute("x-vendor-flag", (True,))),
        ("x-vendor-col={a=1 b={c=2}}", Attribute("x-vendor-col", (
            Collection((Attribute("a", (1,)), Attribute("b", (Collection((Attribute("c", (2,)),)),)))),
        ))),
    ],
)  # fmt: skip
def test_job_template_values_are_of_their_syntax(text: str, expected: Attribute) -> None:
    option = parse_option(text)
    assert option.attribute == expected
    assert option.is_template


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("job-name=hello, world", names.JOB_NAME.of("hello, world")),
        ("job-name=it's me", names.JOB_NAME.of("it's me")),
        ("job-name=\"42\"", names.JOB_NAME.of("42")),
        ("document-format=application/pdf", names.DOCUMENT_FORMAT.of(MimeMediaType("application/pdf"))),
        ("ipp-attribute-fidelity", names.IPP_ATTRIBUTE_FIDELITY.of(True)),
        ("ipp-attribute-fidelity=false", names.IPP_ATTRIBUTE_FIDELITY.of(False)),
    ],
)  # fmt: skip
def test_operation_attributes_go_to_their_own_group(text: str, expected: Attribute) -> None:
    option = parse_option(text)
    assert option.attribute == expected
    assert not option.is_template


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("=1", "no attribute name"),
        ("bad name=1", "no attribute name"),
        ("copies=two", r"copies takes integer\(1:MAX\), not 'two'"),
        ("copies=0", "copies takes"),
        ("copies=", "copies takes"),
        ("copies", "copies takes"),
        ("copies=99999999999", "copies takes"),
        ("copies='2'", "copies takes"),
        ("job-priority=101", "job-priority takes"),
        ("page-ranges=5-1", "page-ranges takes"),
        ("page-ranges=1-3,", "page-ranges takes"),
        ("sides=a,b", "sides takes"),
        ("print-quality=superb", "print-quality takes"),
        ("printer-resolution=600", "printer-resolution takes"),
        ("job-hold-until-time=tomorrow", "job-hold-until-time takes"),
        ("media-col={x-dimension=1", "media-col takes"),
        ("media-col={media-size={x-dimension=a}}", "x-dimension takes"),
        ("media-col={media-size}", "no member"),
        ("media-col={media-size=5}", "media-size takes"),
        ("overrides={pages=1},{", "brace"),
        ("overrides=}{", "brace"),
        ("x-vendor-mode='open", "quote"),
        (f"x-vendor-col={'{a=' * 12}1{'}' * 12}", "too deeply"),
        (f"job-name={'x' * 256}", "job-name takes"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_syntax(text: str, reason: str) -> None:
    with pytest.raises(WrongOption, match=reason):
        parse_option(text)


def test_a_name_alone_means_true_as_an_enum_number_means_its_keyword() -> None:
    assert parse_option("finishings=4").attribute.values == (Enum(Finishings.STAPLE),)
