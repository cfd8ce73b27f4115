"""The names that CUPS's clients have for Printers and Jobs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.model.aliases import SERVER, Aliases
from ippserver.model.uris import AmbiguousPath, Target, normal_path, parse


@pytest.fixture
def aliases() -> Aliases:
    return Aliases({"/ipp/print": "Office", "/tiger": "tray 2/left", "/photo?glossy": "Büro&Co 100%"})


def named(printer: str | None, job_id: int | None = None) -> Target:
    return Target(printer, job_id, alias=True)


@pytest.mark.parametrize("path", ["/", "/printers", "/printers/", "/classes/", "/jobs", "/jobs/", "/admin/"])
def test_some_paths_are_the_server_as_a_whole(aliases: Aliases, path: str) -> None:
    assert aliases.resolve(path) == SERVER


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/printers/Office", named("/ipp/print")),
        ("/classes/Office", named("/ipp/print")),
        ("/printers/tray%202%2Fleft", named("/tiger")),
        ("/printers/B%C3%BCro&Co%20100%25", named("/photo?glossy")),
        ("/printers/B%c3%bcro%26Co%20100%25", named("/photo?glossy")),
        ("/printers/Office/17", named("/ipp/print", 17)),
        ("/printers/tray%202%2fleft/17", named("/tiger", 17)),
        ("/jobs/17", named(None, 17)),
    ],
)
def test_names_are_compared_with_their_escapes_undone(aliases: Aliases, path: str, target: Target) -> None:
    assert aliases.resolve(normal_path(path)) == target


@pytest.mark.parametrize(
    "path",
    [
        "/printers/office",
        "/printers/Office/",
        "/printers/tray%202/left",
        "/printers//Office",
        "/printers/Office/0",
        "/printers/Office/017",
        "/printers/17",
        "/printers/%FF",
        "/jobs/0",
        "/jobs/x",
        "/jobs/17/1",
        "/jobs/2147483648",
        "/17",
        "/Office",
        "/admin/Office",
        "//",
    ],
)
def test_nothing_else_is_a_name(aliases: Aliases, path: str) -> None:
    assert aliases.resolve(path) is None


@pytest.mark.parametrize("path", ["/", "/printers/Office", "/jobs/17"])
def test_a_name_has_no_query(aliases: Aliases, path: str) -> None:
    assert aliases.resolve(path, "x") is None
    assert aliases.resolve(path, "") is not None


def test_the_path_of_a_printer_or_its_job_counts_more() -> None:
    aliases = Aliases({"/": "root", "/printers/b": "a", "/jobs": "c", "/tiger": "b"})
    assert aliases.resolve("/") == Target("/")
    assert aliases.resolve("/17") == Target("/", 17)
    assert aliases.resolve("/printers/b") == Target("/printers/b")
    assert aliases.resolve("/printers/a") == named("/printers/b")
    assert aliases.resolve("/jobs") == Target("/jobs")
    assert aliases.resolve("/jobs/17") == Target("/jobs", 17)
    assert aliases.resolve("/printers/") == SERVER


@pytest.mark.parametrize("name", ["Office", "tray 2/left", "Büro&Co 100%", "a?b#c", "17", "[x]"])
def test_every_printer_has_an_alias_that_leads_to_it(name: str) -> None:
    aliases = Aliases({"/ipp/print": name, "/tiger": "another"})
    alias = aliases.alias("/ipp/print")
    assert alias.startswith("/printers/")
    assert alias.count("/") == 2
    assert normal_path(alias) == alias
    assert aliases.resolve(alias) == named("/ipp/print")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_any_name_has_an_alias_that_leads_to_it_and_its_jobs(name: str) -> None:
    aliases = Aliases({"/ipp/print": name})
    uri = parse(f"ipp://localhost{aliases.alias('/ipp/print')}")
    assert aliases.resolve(uri.path) == named("/ipp/print")
    assert aliases.resolve(f"{uri.path}/17") == named("/ipp/print", 17)


@given(st.text("/printesclajo%2F0159.é \x00", max_size=30))
def test_any_path_means_something_or_nothing(path: str) -> None:
    found = Aliases({"/ipp/print": "1", "/": "printers/5"}).resolve(path)
    assert found is None or found.printer in (None, "/ipp/print", "/")


def test_a_job_is_not_taken_for_a_printer_whose_name_ends_like_its_uri() -> None:
    aliases = Aliases({"/ipp/print": "a", "/tiger": "a/5"})
    assert aliases.resolve("/printers/a/5") == named("/ipp/print", 5)
    assert aliases.resolve(aliases.alias("/tiger")) == named("/tiger")


def test_a_printer_whose_alias_is_taken_goes_by_its_path() -> None:
    aliases = Aliases({"/printers/b": "a", "/tiger": "b"})
    assert aliases.alias("/tiger") == "/tiger"
    assert aliases.alias("/printers/b") == "/printers/a"


def test_what_could_be_misread_is_refused_here_too() -> None:
    with pytest.raises(AmbiguousPath):
        Aliases({"/ipp/print": "a", "/ipp/print/5": "b"})
