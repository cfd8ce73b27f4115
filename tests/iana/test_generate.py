"""The generated modules are what the tables and corrections give."""

from pathlib import Path

import pytest

from ippserver.iana import generate
from ippserver.iana.generate import Errata, Node, Shapes

GENERATED = generate.generate()


@pytest.mark.parametrize("file_name", sorted(GENERATED))
def test_a_generated_module_is_up_to_date(file_name: str) -> None:
    text = (generate.HERE / file_name).read_text(encoding="utf-8")
    assert text == GENERATED[file_name], "run python -m ippserver.iana.generate"


def test_every_correction_has_its_reason() -> None:
    corrections = [c for table in Errata().tables.values() for c in table]
    assert all(correction["why"] for correction in corrections)
    assert len(corrections) > 20


def test_a_correction_that_matches_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"match nothing.*media-top-offset"):
        Errata().finish()


def test_a_correction_needs_the_end_of_the_path_and_the_syntax_found() -> None:
    errata = Errata()
    found = "integer(MIN:MIN)"
    assert errata.syntax("cover-back/media-col/media-top-offset", found) == "integer(MIN:MAX)"
    assert errata.syntax("x-media-top-offset", found) == found
    assert errata.syntax("media-top-offset", "integer(0:MAX)") == "integer(0:MAX)"


def test_the_same_members_are_written_once() -> None:
    shapes = Shapes()
    node = Node("collection", {"copies": Node("integer")})
    assert shapes.name(["first"], node) == "_FIRST"
    assert shapes.name(["second"], Node("collection", {"copies": Node("integer")})) == "_FIRST"
    assert shapes.name(["second", "first"], Node("collection", {"sides": Node("keyword")})) == "_SECOND_FIRST"
    assert shapes.name(["third"], Node("collection")) is None
    assert len(shapes.lines) == 2


def test_only_the_generator_reads_files() -> None:
    readers = [
        path.name
        for path in Path(generate.HERE).glob("*.py")
        if "import csv" in path.read_text(encoding="utf-8") or "pathlib" in path.read_text(encoding="utf-8")
    ]
    assert readers == ["generate.py"]
