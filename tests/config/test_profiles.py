"""Profiles: what they say, what is laid over them, and what is wrong with one's own."""

from pathlib import Path
from typing import Any

import pytest

from ippserver.config import (
    ConfigError,
    PrinterSettings,
    ProfileSettings,
    load,
    printer_config,
    profile_names,
    profile_summary,
    profile_table,
)
from ippserver.config.profiles import laid_over
from ippserver.config.settings import LimitSettings
from ippserver.iana import names
from ippserver.iana.enums import PrintQuality
from ippserver.model.capabilities import capabilities

EVERY = ("office-color", "label", "office-mono", "photo", "receipt")


def printer(**own: object) -> PrinterSettings:
    table = {key.replace("_", "-"): value for key, value in own.items()}
    return load(None, {}, {"printer": [table]}).printers[0]


def problems(**own: object) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        printer(**own)
    return {problem.key: problem.rule for problem in caught.value.problems}


def test_the_default_comes_first() -> None:
    assert profile_names() == EVERY
    assert printer() == printer(profile="office-color")


@pytest.mark.parametrize("name", EVERY)
def test_a_profile_says_all_there_is_to_say(name: str) -> None:
    keys = {field.alias or key for key, field in ProfileSettings.model_fields.items()}
    optional = {"preset", "constraint", "media-of-type", "pages-per-minute-color", "sheet-back"}
    assert keys - optional <= profile_table(name).keys() <= keys
    assert profile_summary(name)


@pytest.mark.parametrize("name", EVERY)
def test_every_preset_and_constraint_of_a_profile_is_offered(name: str) -> None:
    settings = load(None, {}, {"printer": [{"profile": name}]})
    known = settings.printers[0]
    shown = capabilities(printer_config(known, settings.limits))
    assert len(names.JOB_PRESETS_SUPPORTED.all(shown)) == len(known.presets)
    offered = {names.RESOLVER_NAME.get(one) for one in names.JOB_CONSTRAINTS_SUPPORTED.all(shown)}
    assert offered == {one.name for one in known.constraints}


@pytest.mark.parametrize("name", EVERY)
def test_a_profile_has_an_icon_of_its_name(name: str) -> None:
    assert printer(profile=name).icon == name


def test_the_command_line_says_what_kind_the_only_printer_is() -> None:
    settings = load(None, {}, {"printer": [{"profile": "photo", "max-copies": 3}]}, profile="label")
    assert (settings.printers[0].icon, settings.printers[0].max_copies) == ("label", 3)
    with pytest.raises(ConfigError) as caught:
        load(None, {}, {"printer": [{"name": "a"}, {"name": "b"}]}, profile="label")
    assert [problem.key for problem in caught.value.problems] == ["--profile"]


def test_single_values_are_laid_over_a_profile() -> None:
    mine = printer(profile="photo", max_copies=3, device={"bin-capacity": 7})
    photo = printer(profile="photo")
    assert (mine.max_copies, mine.device.bin_capacity) == (3, 7)
    assert mine.device.supplies == photo.device.supplies
    assert mine.media == photo.media


def test_a_list_takes_the_place_of_the_profiles() -> None:
    mine = printer(device={"tray": [{"source": "tray-1"}], "supply": []})
    assert [tray.source for tray in mine.device.trays] == ["tray-1"]
    assert mine.device.supplies == ()


def test_other_media_leave_nothing_behind_of_those_that_are_gone() -> None:
    mine = printer(media=["custom_min_50x50mm", "custom_max_200x200mm", "iso_a5_148x210mm"])
    assert mine.media_default == "iso_a5_148x210mm"
    assert mine.borderless == ()
    assert not any(mine.media_of_type.values())
    assert {tray.media for tray in mine.device.trays} == {""}
    kept = printer(media=["na_letter_8.5x11in", "iso_a4_210x297mm"])
    assert kept.media_default == "iso_a4_210x297mm"
    assert [tray.media for tray in kept.device.trays] == ["iso_a4_210x297mm", "na_letter_8.5x11in", ""]


def test_other_types_of_media_leave_nothing_behind_either() -> None:
    mine = printer(media_types=["stationery"])
    assert mine.media_of_type == {}
    assert {tray.type for tray in mine.device.trays} == {"stationery", ""}


def test_laying_over_changes_neither() -> None:
    profile = profile_table("office-color")
    own: dict[str, Any] = {"media": ["iso_a5_148x210mm"], "device": {"simulate": True}}
    laid_over(profile, own)
    assert profile == profile_table("office-color")
    assert own == {"media": ["iso_a5_148x210mm"], "device": {"simulate": True}}


# ---- files of one's own


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "mine.toml"


def test_a_file_is_a_profile_founded_on_another(own: Path) -> None:
    own.write_text('profile = "label"\nmake-and-model = "Acme Tagger"\n')
    mine = printer(profile=str(own))
    assert mine.make_and_model == "Acme Tagger"
    assert mine.media == printer(profile="label").media
    assert mine.profile == str(own)


def test_a_file_that_names_no_other_is_founded_on_the_default(own: Path) -> None:
    own.write_text("duplex = false\n")
    mine = printer(profile=str(own))
    assert not mine.duplex
    assert mine.finishings == printer().finishings


def test_a_file_that_is_founded_on_itself_ends(own: Path) -> None:
    own.write_text(f'profile = "{own}"\n')
    assert problems(profile=str(own)) == {"profile": "is founded on too many others"}


def test_mistakes_are_told_with_the_profiles_file_and_its_keys(own: Path) -> None:
    own.write_text(
        'qualities = ["best"]\n[[device.tray]]\nsauce = "main"\n[[preset]]\nname = "a"\njob = {}\n'
    )
    with pytest.raises(ConfigError) as caught:
        printer(profile=str(own))
    assert {str(problem) for problem in caught.value.problems} == {
        f'{own}: qualities.0: "best" is none of draft, normal, high',
        f'{own}: device.tray.0.sauce: there is no such key; did you mean "source"?',
        f"{own}: preset.0.job: must hold at least 1",
    }


@pytest.mark.parametrize(("text", "rule"), [("= 5", "is no TOML"), (None, "No such file or directory")])
def test_a_file_that_cannot_be_read_is_named(own: Path, text: str | None, rule: str) -> None:
    if text is not None:
        own.write_text(text)
    with pytest.raises(ConfigError) as caught:
        printer(profile=str(own))
    assert str(caught.value).startswith(f"{own}: {rule}")


def test_a_profile_that_is_not_there_is_named_with_those_that_are() -> None:
    found = problems(profile="laser")
    assert list(found) == ["printer.0.profile"]
    assert '"laser" is none of office-color, label' in found["printer.0.profile"]


# ---- rules between keys


@pytest.mark.parametrize(
    ("own_keys", "key"),
    [
        ({"media_default": "iso_a0_841x1189mm"}, "printer.0.media-default"),
        ({"media_default": "custom_min_76x127mm"}, "printer.0.media-default"),
        ({"icon": "laser"}, "printer.0.icon"),
        ({"borderless": ["iso_a0_841x1189mm"]}, "printer.0.borderless"),
        ({"media_of_type": {"envelope": ["iso_a0_841x1189mm"]}}, "printer.0.media-of-type"),
        ({"media_of_type": {"felt": ["iso_a4_210x297mm"]}}, "printer.0.media-of-type"),
        ({"media": ["iso_a4_210x297mm", "custom_min_76x127mm"]}, "printer.0.media"),
        ({"color": False, "color_modes": ["color"]}, "printer.0.color-modes"),
        ({"color": False, "raster_types": ["srgb_8"]}, "printer.0.raster-types"),
        ({"device": {"tray": [{}, {}]}}, "printer.0.device.tray.1.source"),
        ({"device": {"tray": [{"media": "iso_a0_841x1189mm"}]}}, "printer.0.device.tray.0.media"),
        ({"device": {"tray": [{"media": "roll_current_62x0mm"}]}}, "printer.0.device.tray.0.media"),
        ({"device": {"tray": [{"type": "felt"}]}}, "printer.0.device.tray.0.type"),
        ({"device": {"bins": ["top", "top"]}}, "printer.0.device.bins"),
        (
            {"device": {"supply": [{"name": "a", "color": "#000000"}, {"name": "a", "color": "#000000"}]}},
            "printer.0.device.supply.1.name",
        ),
        ({"device": {"supply": [{"name": "a", "color": "red"}]}}, "printer.0.device.supply.0.color"),
        (
            {"device": {"supply": [{"name": "a", "color": "#000000", "kind": "x"}]}},
            "printer.0.device.supply.0.kind",
        ),
        ({"formats": ["application/x-unknown"]}, "printer.0.formats"),
        ({"formats": ["not a media type"], "accept": "any"}, "printer.0.formats.0"),
        ({"finishings": ["none"]}, "printer.0.finishings.0"),
        ({"preset": [{"name": "a", "job": {"printer-name": "b"}}]}, "printer.0.preset.0.job"),
        ({"preset": [{"name": "a", "job": {"print-quality": "best"}}]}, "printer.0.preset.0.job"),
        ({"preset": [{"name": "a", "job": 5}]}, "printer.0.preset.0.job"),
        ({"profile": 5}, "printer.0.profile"),
    ],
    ids=str,
)
def test_what_contradicts_itself_is_named_by_its_key(own_keys: dict[str, object], key: str) -> None:
    assert list(problems(**own_keys)) == [key]


def test_what_follows_is_checked_as_a_whole() -> None:
    """A range upside down has both ends, and only what follows from it shows what is wrong."""
    found = problems(media=["iso_a4_210x297mm", "custom_min_200x200mm", "custom_max_100x100mm"])
    assert list(found) == ["printer.0"]
    assert "upside down" in found["printer.0"]


def test_values_of_presets_are_those_of_ipp() -> None:
    job = {
        "print-quality": "high",
        "number-up": 2,
        "media-col": "{media-type=labels}",
        "page-ranges": ["1-2"],
    }
    (preset,) = printer(preset=[{"name": "a", "job": job}]).presets
    found = {attribute.name: attribute for attribute in preset.job}
    assert found[names.PRINT_QUALITY.name] == names.PRINT_QUALITY.of(PrintQuality.HIGH)
    assert found[names.NUMBER_UP.name] == names.NUMBER_UP.of(2)
    assert len(found) == len(job)


def test_whoever_takes_anything_says_so() -> None:
    config = printer_config(
        printer(accept="any", formats=["application/pdf", "application/vnd.acme"]), LimitSettings()
    )
    assert config.formats == ("application/pdf", "application/vnd.acme", "application/octet-stream")


def test_postscript_is_taken_by_who_takes_pdf() -> None:
    config = printer_config(printer(), LimitSettings(), postscript=True)
    assert "application/postscript" in config.formats
    assert config.reads("application/postscript")
    other = printer_config(printer(formats=["image/jpeg"]), LimitSettings(), postscript=True)
    assert other.formats == ("image/jpeg",)
    assert not printer_config(printer(), LimitSettings()).reads("application/postscript")
