"""The files of strings: complete for all that is advertised, and for all that we say."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ippserver import documents
from ippserver.app import build
from ippserver.config import load, profile_names
from ippserver.engine.setup import Setup
from ippserver.iana import names
from ippserver.iana.enums import Status
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model import errors
from ippserver.model.device import Device
from ippserver.model.ending import JOB_MESSAGES
from ippserver.model.labels import key_of, labels
from ippserver.model.language import Language
from ippserver.model.printer import GivenUp, PrinterStatus
from ippserver.model.supplies import device_attributes
from ippserver.web import strings

LANGUAGES = list(strings.load())
ENGLISH, *OTHERS = LANGUAGES

each_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
each_other = pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.tag)


def setups() -> Iterable[Setup]:
    """Every kind of printer."""
    tables = [{"name": name, "profile": name} for name in profile_names()]
    server = build(load(None, {}, {"store": {"kind": "memory"}, "printer": tables}))
    return server.printers._setups.values()


def devices(setup: Setup) -> Iterator[Device]:
    """Its device, with nothing left in it and with little."""
    for left in (0, 1):
        device = replace(setup.device({}), simulate=True)
        yield replace(
            device,
            trays=tuple(part.at(left) for part in device.trays),
            supplies=tuple(part.at(left) for part in device.supplies),
            bins=tuple(part.at(part.capacity - left) for part in device.bins),
        )


def raised(module: Path) -> Iterator[str]:
    """What is told of a document that the code in `module` refuses, with "x" for what is put in."""
    for node in ast.walk(ast.parse(module.read_text())):
        match node:
            case ast.Raise(exc=ast.Call(args=[ast.Constant(value=str(sentence))])):
                yield sentence
            case ast.Raise(exc=ast.Call(args=[ast.JoinedStr(values=parts)])):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)


MODULES = list(Path(documents.__path__[0]).rglob("*.py"))
SETUPS = list(setups())
PRINTERS = [setup.capabilities({}) for setup in SETUPS]
DEVICES = [device for setup in SETUPS for device in devices(setup)]


def test_english_comes_first_and_german_is_there() -> None:
    assert ENGLISH.tag == "en"
    assert "de" in [language.tag for language in OTHERS]


@each_language
def test_everything_that_is_advertised_has_a_name(language: Language) -> None:
    named = labels(language, PRINTERS)
    wanted = {
        key
        for printer in PRINTERS
        for attribute in printer.attributes.values()
        if attribute.name.endswith("-supported")
        for value in attribute.values
        if (key := key_of(attribute.name, value)) is not None
    }
    assert len(wanted) > 300
    assert sorted(wanted - named.keys()) == []


@each_language
def test_every_preset_has_a_name(language: Language) -> None:
    presets = [preset for printer in PRINTERS for preset in names.JOB_PRESETS_SUPPORTED.all(printer)]
    wanted = {f"{names.PRESET_NAME.name}.{names.PRESET_NAME.get(preset)}" for preset in presets}
    assert len(wanted) > 5
    assert wanted <= labels(language, PRINTERS).keys()


@each_language
def test_every_name_says_something(language: Language) -> None:
    assert [key for key, text in language.entries.items() if not text.strip() or text != text.strip()] == []


@each_other
def test_every_name_in_english_is_translated(language: Language) -> None:
    assert sorted(ENGLISH.entries.keys() - language.entries.keys()) == []


@each_other
def test_a_translation_has_the_gaps_of_the_original(language: Language) -> None:
    wrong = [key for key, text in language.entries.items() if key.count("{") != text.count("{}")]
    assert wrong == []


@each_other
def test_every_refusal_has_a_translation(language: Language) -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and kind.__module__ == errors.__name__
    ]
    said = [kind().message for kind in kinds]
    said += [status.keyword for status in Status if status < 0x0100]
    assert [sentence for sentence in said if language.say(sentence) is None] == []


@each_other
def test_every_state_has_a_translation(language: Language) -> None:
    states = (
        PrinterStatus(),
        PrinterStatus(paused=True),
        PrinterStatus(paused=True, processing=1),
        PrinterStatus(processing=1),
        PrinterStatus(spool_full=True),
        PrinterStatus(shut_down=True),
        PrinterStatus(deactivated=True),
        PrinterStatus(outputs_down=("mail", "copy")),
        PrinterStatus(given_up=(GivenUp("folder", 1, 17), GivenUp("mail", 3, 17))),
    )
    said = [status.message for status in states] + list(JOB_MESSAGES.values())
    assert [sentence for sentence in said if language.say(sentence) is None] == []


@each_other
def test_whatever_is_wrong_with_a_document_is_translated(language: Language) -> None:
    said = {sentence for module in MODULES for sentence in raised(module)}
    said |= {f"{one} has none of the pages to be printed." for one in ("The job", "Document 2")}
    assert len(said) > 20
    assert [sentence for sentence in sorted(said) if language.say(sentence) is None] == []


@each_other
def test_whatever_is_wrong_with_a_device_is_translated(language: Language) -> None:
    said = {trouble.text for device in DEVICES for trouble in device.troubles(["iso_a4_210x297mm"])}
    assert len(said) > 30
    assert [sentence for sentence in sorted(said) if language.say(sentence) is None] == []


@each_other
def test_supplies_are_called_in_the_language(language: Language) -> None:
    shown = [AttributeGroup(GroupTag.PRINTER, device_attributes(device)) for device in DEVICES]
    said = {str(name) for group in shown for name in names.PRINTER_SUPPLY_DESCRIPTION.all(group)}
    assert len(said) > 8
    assert [name for name in sorted(said) if language.say(name) is None] == []
