"""Files of strings, and what is said by them."""

import pytest

from ippserver.model.language import Language, Languages, strings_file

GERMAN = Language.parse(
    "de",
    """/* A comment; "no" = "string"; */
    "Held." = "Zurückgehalten.";
    "Tray {media-source} is empty." = "Fach {} leer.";
    "Load {} into {}." = "In {1} kommt {0}.";
    "media-source.main"="Hauptfach"; "else"="other";
    "say \\"so\\"" = "a \\\\ b";
    """,
)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Held.", "Zurückgehalten."),
        ("Tray main is empty.", "Fach Hauptfach leer."),
        ("Tray else is empty.", "Fach else leer."),
        ("Tray {0.__class__} is empty.", "Fach {0.__class__} leer."),
        ("Load A4 into main.", "In main kommt A4."),
        ('say "so"', "a \\ b"),
        ("Something else.", None),
        ("Tray  is empty.", None),
        ("Tray a is empty. is empty.", "Fach a is empty. leer."),
        ("Tray a is empty. Held. Tray b is empty.", "Fach a leer. Zurückgehalten. Fach b leer."),
        ("Held. Something else.", None),
        ("Held. " * 20, None),
        ("Tray is empty.", None),
        ("Load a into b into c.", "In b into c kommt a."),
        ("Load into b.", None),
    ],
)
def test_a_sentence_is_said_where_it_is_translated(sentence: str, said: str | None) -> None:
    assert GERMAN.say(sentence) == said
    assert GERMAN.words(sentence) == (said or sentence)


def test_english_says_everything() -> None:
    english = Languages().english
    assert english.say("Whatever.") == "Whatever."
    assert Languages(english={"a": "b"}).english.say("a") == "b"


@pytest.mark.parametrize(
    "text", ['"a" = "b"', '"a" = "b";;', "a = b;", '"a" = "b\nc";', '/* "a" = "b";', '"a" = "b"; "a" = "c";']
)
def test_what_is_no_file_of_strings_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"x\.strings"):
        Language.parse("x", text)


def test_a_written_file_is_read_again() -> None:
    entries = {'a "b"': "c \\ d", "e": "ö × {}"}
    assert Language.parse("x", strings_file(entries)).entries == entries
    assert strings_file({"a": "b\nc"}) == '"a" = "b c";\n'


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_de", "de"),
        ("den", None),
        ("en-US", "en"),
        ("pt-br", "pt-br"),
        ("pt", None),
        ("", None),
        ("en/../../x", None),
    ],
)
def test_a_country_has_the_language_of_all(tag: str, found: str | None) -> None:
    languages = Languages(GERMAN, Language("pt-br", {}))
    language = languages.find(tag)
    assert (language and language.tag) == found
    assert languages.best(tag).tag == (found or "en")
    assert [each.tag for each in languages] == ["en", "de", "pt-br"]
