from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana import vendor
from ippserver.iana.keywords import PrinterStateReason as Reason
from ippserver.model.device import Device, Need
from ippserver.model.device_config import DeviceConfig, SupplyConfig, TrayConfig

A4, A5 = "iso_a4_210x297mm", "iso_a5_148x210mm"
CONFIG = DeviceConfig(
    simulate=True,
    trays=(TrayConfig(source="main", capacity=10), TrayConfig(source="top", media=A5, capacity=5)),
    supply_impressions=100,
    bin_capacity=20,
)
NEW = Device.of(CONFIG, media_default=A4, color=True)
NEVER_ENDING = replace(NEW, simulate=False)


def levels(device: Device) -> dict[str, int]:
    return dict(device.levels)


def test_a_new_device_is_full_and_its_bins_are_empty() -> None:
    assert levels(NEW) == {
        "tray main": 10,
        "tray top": 5,
        **{f"supply {name}": 100 for name in ("black", "cyan", "magenta", "yellow")},
        "bin face-down": 0,
    }
    assert [tray.media for tray in NEW.trays] == [A4, A5]
    assert list(NEW.troubles()) == []


def test_a_device_without_color_has_one_supply() -> None:
    assert [part.name for part in replace(NEW, supplies=NEW.supplies[:1]).supplies] == ["black"]
    plain = Device.of(CONFIG, media_default=A4, color=False)
    assert [part.name for part in plain.supplies] == ["black"]


def test_printing_uses_up_sheets_toner_and_room() -> None:
    device, rest = NEW.take(Need(media=A4, sheets=3, impressions=6))
    assert rest is None
    after = levels(device)
    assert (after["tray main"], after["supply cyan"], after["bin face-down"]) == (7, 94, 3)
    assert after["tray top"] == 5


def test_printing_in_black_leaves_the_colors() -> None:
    device, _ = NEW.take(Need(media=A4, sheets=3, impressions=3, color=0))
    assert (levels(device)["supply black"], levels(device)["supply cyan"]) == (97, 100)


def test_printing_some_in_color_uses_up_so_much_of_it() -> None:
    need = Need(media=A4, sheets=12, impressions=24, color=6)
    device, rest = NEW.take(need)
    assert (levels(device)["supply black"], levels(device)["supply cyan"]) == (80, 94)
    assert rest == Need(media=A4, sheets=2, impressions=4, color=0)


def test_used_up_color_stops_what_has_some_of_it() -> None:
    empty = NEW.at((("supply cyan", 0),))
    need = Need(media=A4, sheets=2, impressions=4, color=1)
    assert empty.take(need) == (empty, need)
    assert empty.take(replace(need, color=0))[1] is None


def test_what_is_not_there_is_left_to_do() -> None:
    need = Need(media=A4, sheets=12, impressions=24)
    device, rest = NEW.take(need)
    assert rest == Need(media=A4, sheets=2, impressions=4)
    assert levels(device)["tray main"] == 0
    assert rest is not None
    assert device.take(rest) == (device, rest)


@pytest.mark.parametrize(
    "need", [Need(media="na_letter_8.5x11in"), Need(media=A5, source="main"), Need(media=A4, source="manual")]
)
def test_a_medium_that_is_in_no_tray_is_waited_for(need: Need) -> None:
    assert NEW.take(need) == (NEW, need)


def test_of_two_trays_with_the_medium_the_fuller_one_is_used() -> None:
    both = replace(NEW, trays=tuple(replace(tray, media=A4) for tray in NEW.trays))
    assert levels(both.take(Need(media=A4))[0])["tray main"] == 9
    low = both.at((("tray main", 1),))
    assert levels(low.take(Need(media=A4))[0])["tray top"] == 4


def test_a_supply_that_is_used_up_stops_what_needs_it() -> None:
    out = NEW.at((("supply magenta", 0),))
    need = Need(media=A4)
    assert out.take(need) == (out, need)
    assert out.take(replace(need, color=False))[1] is None


def test_a_full_bin_stops_everything() -> None:
    full = NEW.at((("bin face-down", 20),))
    need = Need(media=A4)
    assert full.take(need) == (full, need)


needs = st.builds(
    Need,
    media=st.sampled_from([A4, A5, "na_letter_8.5x11in"]),
    sheets=st.integers(1, 50),
    impressions=st.integers(1, 100),
    color=st.booleans(),
)


@given(st.lists(needs, max_size=20))
def test_no_level_leaves_its_bounds_and_nothing_is_printed_that_is_not_there(wanted: list[Need]) -> None:
    device = NEW
    for need in wanted:
        before = device
        device, rest = device.take(need)
        assert all(
            0 <= part.level <= part.capacity for part in (*device.trays, *device.supplies, *device.bins)
        )
        done = need.sheets - (rest.sheets if rest else 0)
        used = sum(part.level for part in before.trays) - sum(part.level for part in device.trays)
        assert done == used == device.bins[0].level - before.bins[0].level


@given(st.lists(needs, max_size=50))
def test_what_is_not_simulated_never_ends_and_never_complains(wanted: list[Need]) -> None:
    device = NEVER_ENDING
    for need in wanted:
        device, rest = device.take(need)
        assert rest is None
        assert list(device.troubles(["whatever"])) == []
        assert not any(part.low for part in (*device.trays, *device.supplies))
        assert not any(part.almost_full for part in device.bins)


def test_levels_are_found_again_though_the_configuration_has_changed() -> None:
    used, _ = NEW.take(Need(media=A4, sheets=3))
    assert NEW.at(used.levels) == used
    assert levels(NEW.at((("tray main", 1000), ("tray gone", 1), ("supply black", -1)))) == {
        **levels(NEW),
        "supply black": 0,
    }


@pytest.mark.parametrize(
    ("changed", "reason", "stops"),
    [
        ("tray main", Reason.MEDIA_EMPTY, True),
        ("supply black", Reason.TONER_EMPTY, True),
    ],
)
def test_what_is_used_up_is_a_trouble_that_stops(changed: str, reason: str, stops: bool) -> None:
    (trouble,) = NEW.at(((changed, 0),)).troubles()
    assert (trouble.reason, trouble.stops) == (reason, stops)
    assert trouble.text.endswith(".")


@pytest.mark.parametrize(
    ("changed", "level", "reason"),
    [
        ("tray main", 1, Reason.MEDIA_LOW),
        ("supply black", 10, Reason.TONER_LOW),
        ("bin face-down", 18, Reason.OUTPUT_AREA_ALMOST_FULL),
    ],
)
def test_what_is_nearly_used_up_is_a_trouble_that_does_not_stop(
    changed: str, level: int, reason: str
) -> None:
    (trouble,) = NEW.at(((changed, level),)).troubles()
    assert (trouble.reason, trouble.stops) == (reason, False)


def test_a_full_bin_and_a_wanted_medium_are_troubles() -> None:
    reasons = [trouble.reason for trouble in NEW.at((("bin face-down", 20),)).troubles(["x"])]
    assert reasons == [Reason.MEDIA_NEEDED, Reason.OUTPUT_AREA_FULL]


# ---- setting

TRAYS = vendor.IPPSERVER_INPUT_TRAY_LEVELS
BINS = vendor.IPPSERVER_OUTPUT_TRAY_LEVELS
SUPPLIES = vendor.MARKER_LEVELS


def test_each_kind_of_part_is_set_alone() -> None:
    device = NEW.set(TRAYS.of(4, 5)).set(SUPPLIES.of(50, 100, 100, 0)).set(BINS.of(7))
    after = levels(device)
    assert (after["tray main"], after["tray top"], after["bin face-down"]) == (4, 5, 7)
    assert (after["supply black"], after["supply yellow"]) == (50, 0)


def test_percents_that_are_given_back_change_nothing() -> None:
    used = NEW.at((("supply black", 33),))
    used = replace(used, supplies=tuple(replace(part, capacity=1000) for part in used.supplies))
    assert used.set(SUPPLIES.of(*(part.percent for part in used.supplies))) == used


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (TRAYS.of(10, 5), [TRAYS.of(11, 5), TRAYS.of(1), TRAYS.of(1, 1, 1), TRAYS.of(-1, 1)]),
        (SUPPLIES.of(100, 0, 0, 0), [SUPPLIES.of(101, 0, 0, 0), SUPPLIES.of(1), SUPPLIES.of(-3, 0, 0, 0)]),
        (BINS.of(20), [BINS.of(21), BINS.of(1, 1)]),
    ],
)
def test_there_must_be_a_possible_level_for_each_part(good: object, bad: list[object]) -> None:
    assert NEW.takes(good)  # type: ignore[arg-type]  # parametrize loses the type
    assert not any(NEW.takes(one) for one in bad)  # type: ignore[arg-type]  # as above


# ---- devices of other kinds

ROLL = DeviceConfig(
    simulate=True,
    trays=(TrayConfig(source="main-roll", media="roll_current_62x0mm", capacity=10),),
    supplies=(),
    bins=("face-up", "face-down"),
    bin_capacity=20,
)
LABELS = Device.of(ROLL, media_default="custom_a_62x100mm", color=False)


@pytest.mark.parametrize(
    ("medium", "fits"),
    [
        ("custom_a_62x100mm", True),
        ("custom_a_50x1000mm", True),
        ("custom_a_63x100mm", False),
        ("roll_current_62x0mm", True),
        ("nothing", False),
    ],
)
def test_from_a_roll_come_pieces_that_are_no_wider(medium: str, fits: bool) -> None:
    assert (LABELS.take(Need(media=medium))[1] is None) == fits


def test_a_device_without_supplies_prints_until_the_tray_is_empty() -> None:
    device, rest = LABELS.take(Need(media="custom_a_62x100mm", sheets=11, impressions=11))
    assert rest is not None
    assert (rest.sheets, [trouble.reason for trouble in device.troubles()]) == (1, [Reason.MEDIA_EMPTY])


def test_sheets_go_to_the_bin_that_was_asked_for_or_the_first() -> None:
    device, _ = LABELS.take(Need(media="custom_a_62x100mm", bin="face-down"))
    device, _ = device.take(Need(media="custom_a_62x100mm"))
    device, _ = device.take(Need(media="custom_a_62x100mm", bin="nowhere"))
    assert [part.level for part in device.bins] == [2, 1]


def test_every_bin_is_emptied_in_time_where_nothing_is_simulated() -> None:
    device = replace(LABELS, simulate=False)
    for _ in range(100):
        device, _ = device.take(Need(media="custom_a_62x100mm", bin="face-down"))
        assert not device.bins[1].almost_full


INK = DeviceConfig(
    simulate=True,
    supplies=(
        SupplyConfig(name="black", color="#101010", kind="ink-cartridge"),
        SupplyConfig(name="light-cyan", color="#80FFFF", kind="ink-ribbon"),
    ),
)


def test_supplies_that_have_a_color_are_of_use_where_there_is_color() -> None:
    assert [one.name for one in INK.supplies_for(color=True)] == ["black", "light-cyan"]
    assert [one.name for one in INK.supplies_for(color=False)] == ["black"]


@pytest.mark.parametrize(
    ("changed", "reason", "code", "text"),
    [
        (("black", 0), Reason.MARKER_SUPPLY_EMPTY, "markerInkEmpty", "The black ink is used up."),
        (
            ("light-cyan", 1),
            Reason.MARKER_SUPPLY_LOW,
            "markerPrintRibbonAlmostEmpty",
            "There is little light-cyan ribbon left.",
        ),
    ],
)
def test_each_kind_of_supply_has_its_own_words(
    changed: tuple[str, int], reason: str, code: str, text: str
) -> None:
    device = Device.of(INK, media_default=A4, color=True).at(((f"supply {changed[0]}", changed[1]),))
    (trouble,) = device.troubles()
    assert (trouble.reason, trouble.code, trouble.text) == (reason, code, text)
