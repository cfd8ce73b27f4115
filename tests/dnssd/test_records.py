"""TXT records say what the attributes say (PWG 5100.14 4.2; self-certification B-2, B-4, B-5.3, B-5.5)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.config import load
from ippserver.config.printers import printer_config
from ippserver.config.profiles import profile_names
from ippserver.dnssd.records import Place, Service, device_keys, encoded, keys, services
from ippserver.iana import names, vendor
from ippserver.iana.enums import Finishings
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import MimeMediaType, RangeOfInteger, TextWithLanguage
from ippserver.model import formats
from ippserver.model.printer import PrinterConfig
from tests.dnssd.printers import UUID, advertisement

OFFICE = PrinterConfig(path="/ipp/print", name="office", make_and_model="Acme Laser 9", location="attic")
PAGE = "http://server.local:8631/ipp/print"
CLEAR = Place(host="server.local", port=8631)
TLS = replace(CLEAR, tls="1.3")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def txt(config: PrinterConfig = OFFICE, *more: Attribute, tls: str = "") -> dict[str, str]:
    return dict(keys(advertisement(config, *more), PAGE, tls))


def strings(service: Service) -> dict[str, str]:
    pairs = (string.decode().partition("=") for string in service.txt)
    return {key: value for key, _, value in pairs}


def test_the_whole_record_in_its_order() -> None:
    assert list(keys(advertisement(OFFICE), PAGE)) == [
        ("txtvers", "1"),
        ("qtotal", "1"),
        ("rp", "ipp/print"),
        ("ty", "Acme Laser 9"),
        ("UUID", UUID),
        (
            "pdl",
            "application/pdf,image/jpeg,image/png,image/pwg-raster,image/urf,application/PCLm,image/tiff,text/plain",
        ),
        ("URF", "V1.4,CP1,RS300-600,W8,SRGB24,PQ3-4-5,MT1,IS1,OB10,DM1"),
        ("adminurl", PAGE),
        ("Color", "T"),
        ("Duplex", "T"),
        ("PaperMax", "tabloid-A3"),
        ("note", "attic"),
        ("air", "none"),
        ("mopria-certified", "1.3"),
        ("product", "(Acme Laser 9)"),
        ("priority", "50"),
        ("usb_MFG", "Acme"),
        ("usb_MDL", "Laser 9"),
        ("kind", "document"),
        ("print_wfds", "T"),
        ("Scan", "F"),
        ("Fax", "F"),
    ]


def test_every_service_has_the_name_and_the_flagship_comes_first() -> None:
    found = services(advertisement(OFFICE), TLS)
    assert [(each.type, each.port, each.subtypes) for each in found] == [
        ("_printer._tcp", 0, ()),
        ("_ipp._tcp", 8631, ("_print", "_universal")),
        ("_http._tcp", 8631, ("_printer",)),
        ("_ipps._tcp", 8631, ("_print", "_universal")),
    ]
    assert found[0].txt == ()
    assert found[2].txt == (b"path=/ipp/print",)


def test_without_tls_there_is_no_ipps() -> None:
    assert "_ipps._tcp" not in {each.type for each in services(advertisement(), CLEAR)}
    assert "TLS" not in txt()


def test_with_tls_both_services_tell_the_highest_version() -> None:
    by_type = {each.type: strings(each) for each in services(advertisement(), TLS)}
    assert by_type["_ipp._tcp"]["TLS"] == by_type["_ipps._tcp"]["TLS"] == "1.3"
    assert by_type["_ipp._tcp"]["adminurl"] == PAGE


def test_where_the_clear_is_not_answered_only_ipps_is_told_of() -> None:
    found = services(advertisement(), replace(TLS, clear=False))
    assert [each.type for each in found] == ["_printer._tcp", "_ipps._tcp"]
    assert strings(found[1])["adminurl"] == PAGE.replace("http:", "https:")


def test_a_path_that_no_record_can_hold_is_told_of_nowhere() -> None:
    long = replace(OFFICE, path="/" + "x" * 252)
    assert strings(services(advertisement(long), CLEAR)[1])["rp"] == "x" * 252
    assert services(advertisement(replace(OFFICE, path=long.path + "x")), CLEAR) == ()


def test_a_printer_at_the_root_has_an_empty_resource_left_out() -> None:
    assert txt(replace(OFFICE, path="/"))["rp"] == ""
    assert encoded([("rp", ""), ("ty", "x")]) == (b"ty=x",)


@pytest.mark.parametrize(("color", "flag"), [(True, "T"), (False, "F")])
def test_colour_and_duplex_are_the_printers(color: bool, flag: str) -> None:
    found = txt(replace(OFFICE, color=color, duplex=color))
    assert (found["Color"], found["Duplex"]) == (flag, flag)
    assert ("SRGB24" in found["URF"]) is color
    assert "image/jpeg" in found["pdl"]


def test_octet_stream_is_never_a_language() -> None:
    for accepted in (formats.ACCEPTED, (formats.OCTET_STREAM, formats.PDF), (formats.PDF,)):
        found = txt(replace(OFFICE, formats=accepted))["pdl"]
        assert formats.OCTET_STREAM not in found
        assert not found.endswith(",")
    assert txt(replace(OFFICE, formats=(formats.OCTET_STREAM,)))["pdl"] == ""


def test_the_preferred_language_comes_first() -> None:
    preferred = vendor.DOCUMENT_FORMAT_PREFERRED.of(MimeMediaType(formats.APPLE_RASTER))
    assert txt(OFFICE, preferred)["pdl"].startswith("image/urf,application/pdf,image/jpeg")


@pytest.mark.parametrize("profile", profile_names())
def test_every_profile_makes_a_record_that_clients_can_use(profile: str) -> None:
    settings = load(None, {}, {"printer": [{"name": "office", "profile": profile}]})
    config = printer_config(settings.printers[0], settings.limits)
    flagship, ipp, *_ = services(advertisement(config), CLEAR)
    found = strings(ipp)
    assert {"rp", "ty", "UUID", "adminurl", "URF", "PaperMax", "kind", "product", "note"} - found.keys() <= {
        "note"
    }
    assert {"image/pwg-raster", "image/urf"} <= set(found["pdl"].split(","))
    assert ("image/jpeg" in found["pdl"]) >= (found["Color"] == "T")
    assert sum(1 + len(string) for string in ipp.txt) <= 700
    assert flagship.txt == ()


def test_urf_is_told_of_where_it_is_printed() -> None:
    assert "URF" not in txt(replace(OFFICE, formats=(formats.PDF,)))


def test_more_languages_than_there_is_room_for_end_at_a_comma() -> None:
    many = names.DOCUMENT_FORMAT_SUPPORTED.of(*(MimeMediaType(f"application/x-{n:040d}") for n in range(9)))
    found = txt(OFFICE, many)["pdl"]
    assert len(f"pdl={found}") <= 255
    assert found.split(",") == [formats.PDF, *(f"application/x-{n:040d}" for n in range(4))]


def test_more_of_urf_than_there_is_room_for_ends_at_a_comma() -> None:
    found = txt(OFFICE, vendor.URF_SUPPORTED.of(*(f"MT{n:060d}" for n in range(9))))["URF"]
    assert [len(word) for word in found.split(",")] == [62, 62, 62, 62]


@pytest.mark.parametrize(
    ("sizes", "largest"),
    [
        (["na_index-4x6_4x6in"], "<legal-A4"),
        (["iso_a4_210x297mm"], "legal-A4"),
        (["na_letter_8.5x11in"], "legal-A4"),
        (["na_legal_8.5x14in", "iso_a6_105x148mm"], "legal-A4"),
        (["jis_b4_257x364mm"], "tabloid-A3"),
        (["iso_a3_297x420mm"], "tabloid-A3"),
        (["na_ledger_11x17in"], "tabloid-A3"),
        (["iso_a2_420x594mm"], "isoC-A2"),
        (["na_c_17x22in"], "isoC-A2"),
        (["iso_a1_594x841mm"], ">isoC-A2"),
    ],
)
def test_the_largest_paper_is_the_largest_medium(sizes: list[str], largest: str) -> None:
    assert txt(replace(OFFICE, media=tuple(sizes), media_default=sizes[0]))["PaperMax"] == largest


def test_a_range_of_sizes_is_custom_paper() -> None:
    size = Collection(
        [
            names.X_DIMENSION.of(RangeOfInteger(1000, 62_000)),
            names.Y_DIMENSION.of(RangeOfInteger(1, 300_000)),
        ]
    )
    found = txt(OFFICE, names.MEDIA_SIZE_SUPPORTED.of(size))
    assert (found["PaperCustom"], found["PaperMax"]) == ("T", ">isoC-A2")
    assert "PaperCustom" not in txt()


def test_without_media_the_paper_is_small() -> None:
    assert txt(OFFICE, Attribute(names.MEDIA_SIZE_SUPPORTED.name, ()))["PaperMax"] == "<legal-A4"


def test_finishers_are_told_of_by_their_kind() -> None:
    finishings = names.FINISHINGS_SUPPORTED.of(
        Finishings.NONE, Finishings.STAPLE_DUAL_LEFT, Finishings.PUNCH, Finishings.BIND_TOP, Finishings(9999)
    )
    found = txt(OFFICE, finishings)
    assert {key: found[key] for key in ("Staple", "Punch", "Bind")} == dict.fromkeys(
        ("Staple", "Punch", "Bind"), "T"
    )
    assert {"Staple", "Punch", "Bind"}.isdisjoint(txt())


def test_the_location_set_over_ipp_is_the_note() -> None:
    assert txt(OFFICE, names.PRINTER_LOCATION.of(TextWithLanguage("de", "Keller")))["note"] == "Keller"


def test_brackets_in_the_model_do_not_end_the_product() -> None:
    assert txt(replace(OFFICE, make_and_model="Acme (9)"))["product"] == "(Acme [9])"


@pytest.mark.parametrize(
    ("device_id", "found"),
    [
        ("MFG:Acme;MDL:9;CMD:PDF;", {"usb_MFG": "Acme", "usb_MDL": "9"}),
        (" MANUFACTURER : Acme ; MODEL:9", {"usb_MFG": "Acme", "usb_MDL": "9"}),
        ("MFG:;MDL:9;MDL:10;", {"usb_MDL": "9"}),
        ("nothing", {}),
        ("", {}),
        (None, {}),
    ],
)
def test_maker_and_model_come_from_the_device_id(device_id: str | None, found: dict[str, str]) -> None:
    assert dict(device_keys(device_id)) == found


@given(st.lists(st.tuples(st.sampled_from(["a", "note", "adminurl"]), TEXTS), max_size=12))
def test_a_record_keeps_every_limit_whatever_is_in_it(pairs: list[tuple[str, str]]) -> None:
    found = encoded(pairs)
    assert all(len(string) <= 255 for string in found)
    assert sum(1 + len(string) for string in found) <= 1300
    for string in found:
        key, _, value = string.decode().partition("=")
        assert value
        assert any(key == wanted for wanted, _ in pairs)
        assert not any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in value)


def test_what_has_no_room_is_left_out_from_the_end() -> None:
    found = encoded([(f"k{number}", "x" * 250) for number in range(9)])
    assert [string.partition(b"=")[0] for string in found] == [b"k0", b"k1", b"k2", b"k3", b"k4"]


@given(name=TEXTS, location=TEXTS, model=TEXTS, segment=st.text("abc-._~%41", max_size=120))
def test_no_configuration_makes_a_record_too_long(name: str, location: str, model: str, segment: str) -> None:
    config = replace(OFFICE, name=name, location=location, make_and_model=model or "x")
    config = replace(config, path=f"/{segment.replace('%', '')}")
    for service in services(advertisement(config), TLS):
        assert sum(1 + len(string) for string in service.txt) <= 1300
        assert all(len(string) <= 255 for string in service.txt)


@given(st.text("abc-._~", min_size=1, max_size=252))
def test_the_resource_stands_within_the_first_400_octets(path: str) -> None:
    found = services(advertisement(replace(OFFICE, path=f"/{path}")), CLEAR)
    record = b"".join(bytes([len(string)]) + string for string in found[1].txt)
    assert f"rp={path}".encode() in record[:400]
