"""What attributes, values and media are called."""

import pytest

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import Operation
from ippserver.ipp.values import Enum, Keyword, Resolution, Value
from ippserver.model.capabilities import Capabilities
from ippserver.model.labels import attribute_label, key_of, labels, medium_label, value_label
from ippserver.model.language import Language

GERMAN = Language(
    "de",
    {
        "media.na_letter_8.5x11in": "Letter",
        "print-quality.3": "Entwurf",
        "copies": "Exemplare",
        "media-col": "Papier",
        "{} (default)": "{} (Vorgabe)",
        "{} × {} in": "{} × {} Zoll",
        "from {}": "ab {}",
        ".": ",",
    },
)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("na_letter_8.5x11in", "Letter"),
        ("iso_a4_210x297mm", "A4"),
        ("iso_a10_26x37mm", "A10"),
        ("jis_b5_182x257mm", "JIS B5"),
        ("na_index-4x6_4x6in", "4 × 6 Zoll"),
        ("oe_photo-l_3.5x5in", "3,5 × 5 Zoll"),
        ("om_small-photo_100x150mm", "100 × 150 mm"),
        ("custom_x_86.5x54mm", "86,5 × 54 mm"),
        ("custom_min_25.4x25.4mm", "ab 25,4 × 25,4 mm"),
        ("roll_max_4x100in", "up to 4 × 100 Zoll"),
        ("roll_current_62.5x0mm", "62,5 mm wide"),
        ("choice_a_b", "choice_a_b"),
        ("", ""),
    ],
)
def test_media_are_called_by_name_or_by_size(name: str, label: str) -> None:
    assert medium_label(GERMAN, name) == label


@pytest.mark.parametrize(
    ("definition", "value", "label"),
    [
        (names.PRINT_QUALITY, Enum(3), "Entwurf"),
        (names.PRINT_QUALITY, Enum(4), "4"),
        (names.MEDIA, Keyword("iso_a4_210x297mm"), "A4"),
        (names.SIDES, Keyword("one-sided"), "one-sided"),
        (names.PRINTER_STATE, None, "None"),
    ],
)
def test_values_without_a_name_are_called_what_they_are(
    definition: AttributeDef[Value], value: Value | None, label: str
) -> None:
    assert value_label(GERMAN, definition, value) == label


def test_defaults_are_called_by_their_attribute() -> None:
    assert attribute_label(GERMAN, names.COPIES.name) == "Exemplare"
    assert attribute_label(GERMAN, names.COPIES_DEFAULT.name) == "Exemplare (Vorgabe)"
    assert attribute_label(GERMAN, names.COPIES_SUPPORTED.name) == "Exemplare (supported)"
    assert attribute_label(GERMAN, names.SIDES_DEFAULT.name) is None


def test_a_list_has_what_the_file_has_and_what_is_named_by_rule() -> None:
    printer = Capabilities(
        [
            names.MEDIA_SUPPORTED.of(Keyword("iso_a5_148x210mm")),
            names.OPERATIONS_SUPPORTED.of(Operation.PRINT_JOB),
            names.PRINTER_RESOLUTION_SUPPORTED.of(Resolution(600, 600), Resolution(600, 1200)),
            names.JOB_CREATION_ATTRIBUTES_SUPPORTED.of(names.COPIES.name, names.SIDES.name),
            names.MEDIA_DEFAULT.of(Keyword("iso_a6_105x148mm")),
        ]
    )
    assert labels(GERMAN, [printer]) == {
        **GERMAN.entries,
        "media.iso_a5_148x210mm": "A5",
        "operations.2": "Print-Job",
        "printer-resolution.600dpi": "600 dpi",
        "printer-resolution.600x1200dpi": "600x1200 dpi",
    }


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        (names.SIDES_SUPPORTED.name, Keyword("one-sided"), "sides.one-sided"),
        (names.PRINT_QUALITY_SUPPORTED.name, Enum(4), "print-quality.4"),
        (names.MEDIA_COL_SUPPORTED.name, Keyword("media-size"), "media-size"),
        (names.JOB_CREATION_ATTRIBUTES_SUPPORTED.name, Keyword("copies"), "copies"),
        (names.PRINT_COLOR_MODE_SUPPORTED.name, Keyword("monochrome"), "print-color-mode.monochrome"),
        (names.IPP_VERSIONS_SUPPORTED.name, Keyword("1.1"), None),
        (names.COLOR_SUPPORTED.name, True, None),
        (names.JOB_PRIORITY_SUPPORTED.name, 100, None),
    ],
)
def test_keys_are_those_that_clients_look_for(name: str, value: Value, key: str | None) -> None:
    assert key_of(name, value) == key
