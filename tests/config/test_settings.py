"""The shape of Settings, and that config/ippserver.toml tells it."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from ippserver.config import (
    DeviceSettings,
    FolderSettings,
    PrinterSettings,
    Settings,
    TraySettings,
    load,
)
from ippserver.config.settings import DiscardSettings
from ippserver.model.printer import PrinterConfig

COMMENTED_KEY = re.compile(r"^#(?=[a-z][a-z-]* = |    \"|\])", re.MULTILINE)


@pytest.fixture
def example(repository: Path) -> Path:
    return repository / "config" / "ippserver.toml"


def uncommented(path: Path) -> dict[str, Any]:
    return tomllib.loads(COMMENTED_KEY.sub("", path.read_text(encoding="utf-8")))


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        lists: dict[str, type[BaseModel]] = {
            "printer": PrinterSettings,
            "printer.output": FolderSettings,
            "printer.device.tray": TraySettings,
        }
        table = lists.get(key) or field.annotation
        if isinstance(table, type) and issubclass(table, BaseModel):
            yield from keys(table, f"{key}.")
        else:
            yield key


def written_keys(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
        if isinstance(inner, dict):
            yield from written_keys(inner, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def test_the_example_lists_every_key_and_no_other(example: Path) -> None:
    assert sorted(written_keys(uncommented(example))) == sorted(keys(Settings))


def test_every_default_in_the_example_is_the_default(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    complete = tmp_path / "complete.toml"
    complete.write_text(COMMENTED_KEY.sub("", example.read_text(encoding="utf-8")), encoding="utf-8")
    assert load(complete, {}, {}) == load(example, {}, {}) == load(None, {}, {}) == Settings()


def test_every_key_is_explained() -> None:
    tables: list[type[BaseModel]] = [
        *(PrinterSettings, FolderSettings, DiscardSettings),
        *(DeviceSettings, TraySettings),
    ]
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
    configured = PrinterSettings().model_dump()
    model = PrinterConfig(path=configured["path"], name=configured["name"])
    shared = [field.name for field in fields(PrinterConfig) if field.name in configured]
    assert len(shared) > 15
    told = asdict(model)
    assert {name: configured[name] for name in shared} == {name: told[name] for name in shared}


def test_what_the_model_bounds_for_all_printers_has_the_same_default_in_the_limits() -> None:
    model = PrinterConfig(path="/", name="x")
    limits = Settings().limits
    assert limits.max_document_octets == model.max_document_octets
    assert limits.max_documents_per_job == model.max_documents_per_job
    assert limits.multiple_operation_time_out_seconds == model.multiple_operation_time_out_seconds


def test_settings_do_not_change() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.server.log_level = "debug"  # type: ignore[misc]  # that is what is refused


def test_every_output_type_can_be_chosen() -> None:
    annotation = PrinterSettings.model_fields["outputs"].annotation
    assert annotation is not None
    assert len(get_args(get_args(get_args(annotation)[0])[0])) == len([FolderSettings, DiscardSettings])
