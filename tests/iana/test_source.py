"""Python source as the formatter leaves it."""

import pytest

from ippserver.iana.source import (
    assignment,
    call,
    class_name,
    identifier,
    import_line,
    module_text,
    python_type,
    value_imports,
)
from ippserver.iana.syntax import parse_syntax

LONG = "x" * 60


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("job-name", "JOB_NAME"),
        ("1.1", "V1_1"),
        ("certificate+basic", "CERTIFICATE_BASIC"),
        ("Print-Job", "PRINT_JOB"),
    ],
)
def test_registered_words_become_constants(word: str, name: str) -> None:
    assert identifier(word) == name


@pytest.mark.parametrize(
    ("attribute", "name"),
    [
        ("which-jobs", "WhichJobs"),
        ("job-state-reasons", "JobStateReason"),
        ("uri-security-supported", "UriSecurity"),
        ("sides-supported", "SidesSupported"),
    ],
)
def test_attributes_become_classes(attribute: str, name: str) -> None:
    assert class_name(attribute, {"sides"}) == name


def test_a_call_that_fits_is_one_line() -> None:
    assert call("f", ["a", "b"], "  ") == ["  f(a, b)"]


def test_a_call_that_does_not_fit_has_one_argument_a_line() -> None:
    assert call("f", [LONG, LONG]) == ["f(", f"    {LONG},", f"    {LONG},", ")"]


def test_an_argument_that_does_not_fit_is_broken_in_its_turn() -> None:
    inner = f'g("{LONG}", "{LONG}")'
    assert call("f", [inner]) == [
        "f(",
        "    g(",
        f'        "{LONG}",',
        f'        "{LONG}",',
        "    ),",
        ")",
    ]


def test_an_assignment_that_does_not_fit_is_a_tuple_in_parentheses() -> None:
    assert assignment("X", ["1", "2"]) == ["X = 1, 2"]
    assert assignment("X", [LONG, LONG]) == ["X = (", f"    {LONG},", f"    {LONG},", ")"]


def test_an_import_that_does_not_fit_has_one_name_a_line() -> None:
    assert import_line("m", "A", "B") == ["from m import A, B"]
    assert import_line("m", LONG, LONG) == ["from m import (", f"    {LONG},", f"    {LONG},", ")"]


def test_a_module_ends_with_one_line_end() -> None:
    assert module_text(["a", "b", "", ""]) == "a\nb\n"


def test_a_syntax_becomes_the_type_of_its_values() -> None:
    syntaxes = [parse_syntax("type2 keyword | name(MAX)"), parse_syntax("1setOf integer | no-value")]
    assert python_type(syntaxes) == "Keyword | Name | NameWithLanguage | int"


def test_only_types_of_values_are_imported() -> None:
    assert value_imports([parse_syntax("integer | no-value"), parse_syntax("charset")], "Value") == [
        "from ippserver.ipp.values import Charset, Value"
    ]
    assert value_imports([parse_syntax("collection")], "Value") == [
        "from ippserver.ipp.attributes import Collection",
        "from ippserver.ipp.values import Value",
    ]
