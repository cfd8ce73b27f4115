"""The shape of Settings, and that config/ippserver.toml tells it."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from ippserver.config import (
    OUTPUT_TYPES,
    ConstraintSettings,
    DeviceSettings,
    FolderSettings,
    MarginSettings,
    PresetSettings,
    PrinterSettings,
    Settings,
    SupplySettings,
    TraySettings,
    load,
    printer_config,
)
from ippserver.config.settings import LimitSettings
from ippserver.model.printer import PrinterConfig

COMMENTED_KEY = re.compile(r"^#(?=[a-z][a-z-]* = |    \"|\]|\[\[)", re.MULTILINE)
FREE = {
    "printer.output.routes",
    "printer.media-of-type",
    "printer.preset.job",
    "printer.constraint.when",
    "printer.constraint.then",
}
"""Tables whose keys are for the user to choose."""
LISTS: dict[str, type[BaseModel]] = {
    "printer": PrinterSettings,
    "printer.output": FolderSettings,
    "printer.device.tray": TraySettings,
    "printer.device.supply": SupplySettings,
    "printer.preset": PresetSettings,
    "printer.constraint": ConstraintSettings,
}


@pytest.fixture
def example(repository: Path) -> Path:
    return repository / "config" / "ippserver.toml"


def uncommented(path: Path) -> dict[str, Any]:
    return tomllib.loads(COMMENTED_KEY.sub("", path.read_text(encoding="utf-8")))


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        table = LISTS.get(key) or field.annotation
        if isinstance(table, type) and issubclass(table, BaseModel):
            yield from keys(table, f"{key}.")
        else:
            yield key


def written_keys(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
        if isinstance(inner, dict) and f"{prefix}{key}" not in FREE:
            yield from written_keys(inner, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def test_the_example_lists_every_key_and_no_other(example: Path) -> None:
    assert sorted(written_keys(uncommented(example))) == sorted(keys(Settings))


def test_the_example_shows_the_keys_of_every_output(example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    for name, output in OUTPUT_TYPES.items():
        _, mark, rest = text.partition(f'# type = "{name}"')
        section = rest.split("\n#\n")[0] if mark else text
        for key, field in output.model_fields.items():
            assert f"{field.alias or key}" in (section if key not in FolderSettings.model_fields else text)


def test_every_default_in_the_example_is_the_default(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    complete = tmp_path / "complete.toml"
    complete.write_text(COMMENTED_KEY.sub("", example.read_text(encoding="utf-8")), encoding="utf-8")
    assert load(complete, {}, {}) == load(example, {}, {}) == load(None, {}, {}) == Settings()


def test_every_key_is_explained() -> None:
    tables: list[type[BaseModel]] = [*LISTS.values(), *OUTPUT_TYPES.values(), DeviceSettings, MarginSettings]
    own = len(tables)
    sections = [field.annotation for field in Settings.model_fields.values()]
    tables += [
        section for section in sections if isinstance(section, type) and issubclass(section, BaseModel)
    ]
    assert len(tables) == own + len(sections) - 1
    silent = [
        f"{table.__name__}.{name}"
        for table in tables
        for name, field in table.model_fields.items()
        if not field.description
    ]
    assert not silent


def test_a_printers_defaults_are_those_of_the_model() -> None:
    silent = PrinterSettings()
    config = replace(printer_config(silent, LimitSettings()), converts=True)  # that follows from its outputs
    assert config == PrinterConfig(path=silent.path, name=silent.name)


def test_settings_do_not_change() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.server.log_level = "debug"  # type: ignore[misc]  # that is what is refused


def test_every_output_type_can_be_chosen() -> None:
    annotation = PrinterSettings.model_fields["outputs"].annotation
    assert annotation is not None
    assert len(get_args(get_args(get_args(annotation)[0])[0])) == len(OUTPUT_TYPES)
