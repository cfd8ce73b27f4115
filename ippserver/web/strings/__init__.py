"""The languages that we speak, one file each: a further language is a file more."""

from functools import cache
from importlib.resources import files
from typing import Final

from ippserver.model.capabilities import LANGUAGE
from ippserver.model.language import Language, Languages

SUFFIX: Final = ".strings"


@cache
def load() -> Languages:
    """All languages for which there is a file, read once.

    Raises:
        ValueError: A file is malformed.
    """
    found = {
        file.name.removesuffix(SUFFIX): file.read_text(encoding="utf-8")
        for file in files(__name__).iterdir()
        if file.name.endswith(SUFFIX)
    }
    languages = {tag: Language.parse(tag, text) for tag, text in sorted(found.items())}
    english = languages.pop(LANGUAGE)
    return Languages(*languages.values(), english=english.entries)
