"""Which language a browser gets."""

import pytest

from ippserver.model.language import Language, Languages
from ippserver.web.preference import preferred

LANGUAGES = Languages(Language("de", {}), Language("pt-br", {}))


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.5", "en"),
        ("fr, de;q=0.3", "de"),
        ("en;q=0.2, de;q=0.9", "de"),
        ("fr", "en"),
        ("pt-BR", "pt-br"),
        ("pt", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("de;q=2", "en"),
        ("de;q=\xb2", "en"),
        (";;,,=", "en"),
        ("x," * 16 + "de", "en"),
        ("a" * 4000, "en"),
    ],
)
def test_the_language_wanted_most_is_taken(header: str, tag: str) -> None:
    assert preferred(header, LANGUAGES).tag == tag
