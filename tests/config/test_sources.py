from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ippserver.config import OUTPUT_TYPES, Address, ConfigError, DiscardSettings, FolderSettings, load
from ippserver.model.access import Preset

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "ippserver.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems(
    path: Path | None, environ: Mapping[str, str] | None = None, overrides: Mapping[str, Any] | None = None
) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {}, overrides or {})
    return {problem.key: problem.rule for problem in caught.value.problems}


def test_nothing_configured_is_one_printer_with_a_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(None, {}, {})
    assert settings.server.listen == (Address("::", 631), Address("0.0.0.0", 631))
    assert settings.access.preset is Preset.HOME
    (printer,) = settings.printers
    assert (printer.name, printer.path) == ("ippserver", "/ipp/print")
    assert printer.outputs == (FolderSettings(folder=tmp_path / "prints"),)


def test_the_data_directory_is_roots_or_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert load(None, {}, {}).store.path == Path("/var/lib/ippserver/store/ippserver.sqlite3")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert load(None, {}, {}).server.data_dir == Path.home() / ".local/share/ippserver"
    assert load(None, {"XDG_DATA_HOME": "/data"}, {}).spool.folder == Path("/data/ippserver/spool")
    assert (
        load(None, {"XDG_DATA_HOME": "relative"}, {}).server.data_dir
        == Path.home() / ".local/share/ippserver"
    )


def test_paths_below_the_data_directory_follow_it(write: Write) -> None:
    settings = load(write('[server]\ndata-dir = "/srv/print"\n[spool]\nfolder = "{data-dir}/in"\n'), {}, {})
    assert settings.spool.folder == Path("/srv/print/in")
    assert settings.store.path == Path("/srv/print/store/ippserver.sqlite3")


def test_a_relative_data_directory_starts_at_the_current_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(None, {}, {"server": {"data-dir": "data"}})
    assert settings.server.data_dir == tmp_path / "data"
    assert settings.spool.folder == tmp_path / "data" / "spool"


def test_further_printers_get_paths_of_their_names(write: Write) -> None:
    text = "".join(f'[[printer]]\nname = "{name}"\n' for name in ("a", "b", "größe 2"))
    settings = load(write(text), {}, {})
    assert [printer.path for printer in settings.printers] == [
        "/ipp/print",
        "/ipp/print/b",
        "/ipp/print/gr%C3%B6%C3%9Fe%202",
    ]


def test_a_printer_may_have_any_path_with_a_query(write: Write) -> None:
    text = "".join(
        f'[[printer]]\nname = "{number}"\npath = "{path}"\n'
        for number, path in enumerate(
            ["/", "/printer", "/printer/tiger", "/printer/tiger/bob", "/%69pp?floor=2"]
        )
    )
    paths = [printer.path for printer in load(write(text), {}, {}).printers]
    assert paths == ["/", "/printer", "/printer/tiger", "/printer/tiger/bob", "/ipp?floor=2"]


def test_outputs_without_names_are_numbered(write: Write) -> None:
    text = '[[printer]]\noutput = [{}, {folder = "/b"}, {type = "discard"}]'
    (printer,) = load(write(text), {}, {}).printers
    assert [output.name for output in printer.outputs] == ["folder", "folder-2", "discard"]
    assert isinstance(printer.outputs[2], DiscardSettings)


def test_sizes_may_be_written_with_units(write: Write) -> None:
    text = 'limits.max-document-octets = "1.5 GiB"\nspool.min-free-octets = "2MB"\nretention.octets = 7\n'
    settings = load(write(text), {}, {})
    assert settings.limits.max_document_octets == 3 * 2**29
    assert settings.spool.min_free_octets == 2_000_000
    assert settings.retention.octets == 7


def test_the_environment_overlays_the_file_and_options_overlay_both(write: Write) -> None:
    path = write('[server]\nlog-level = "error"\nlog-format = "json"\ndata-dir = "/file"\n')
    environ = {
        "IPPSERVER__SERVER__LOG_LEVEL": "debug",
        "IPPSERVER__SERVER__DATA_DIR": "/environment",
        "PATH": "/bin",
    }
    settings = load(path, environ, {"server": {"data-dir": "/option"}})
    assert settings.server.log_level == "debug"
    assert settings.server.log_format == "json"
    assert settings.server.data_dir == Path("/option")


def test_environment_variables_reach_lists_numbers_and_printers() -> None:
    environ = {
        "IPPSERVER__PRINTER__1__NAME": "second",
        "IPPSERVER__PRINTER__0__NAME": "007",
        "IPPSERVER__PRINTER__0__OUTPUT__0__FOLDER": "/7",
        "IPPSERVER__PRINTER__0__MAX_COPIES": "5",
        "IPPSERVER__PRINTER__0__COLOR": "false",
        "IPPSERVER__SERVER__LISTEN": '["[::1]:0"]',
        "IPPSERVER__SERVER__HOST_NAMES__0": "print.example",
        "IPPSERVER__LIMITS__MAX_DOCUMENT_OCTETS": "64 MiB",
    }
    settings = load(None, environ, {})
    first, second = settings.printers
    assert (first.name, first.max_copies, first.color, second.name) == ("007", 5, False, "second")
    assert first.outputs == (FolderSettings(folder=Path("/7")),)
    assert settings.server.listen == (Address("::1", 0),)
    assert settings.server.host_names == ("print.example",)
    assert settings.limits.max_document_octets == 64 * 2**20


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("IPPSERVER__PRINTER__3__NAME", "printer.3.name"),
        ("IPPSERVER__SERVER__0", "server"),
        ("IPPSERVER__SERVER__NAME", "server.name"),
        ("IPPSERVER__NOWHERE__KEY", "nowhere"),
        ("IPPSERVER__PRINTER__NAME", "printer"),
    ],
)
def test_a_variable_that_fits_nowhere_is_an_error_of_its_own(variable: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(None, {variable: "x"}, {})
    assert [(problem.source, problem.key) for problem in caught.value.problems] == [(variable, key)]


def test_an_error_names_the_variable_that_caused_it() -> None:
    with pytest.raises(
        ConfigError, match=r"^IPPSERVER__SPOOL__FOLDER: spool\.folder: must name a file or a folder$"
    ):
        load(None, {"IPPSERVER__SPOOL__FOLDER": ""}, {})


def test_options_name_the_printer_and_its_folder(tmp_path: Path) -> None:
    (printer,) = load(None, {}, {}, name="office", save=tmp_path).printers
    assert printer.name == "office"
    assert printer.outputs == (FolderSettings(folder=tmp_path),)


def test_options_say_what_is_saved_and_to_where_is_left_to_the_default() -> None:
    (printer,) = load(None, {}, {}, save_as="png").printers
    assert printer.outputs == (FolderSettings(format="png", folder=Path("prints").absolute()),)


def test_pdf_is_what_is_saved_and_raw_ports_get_what_was_sent(write: Write) -> None:
    (printer,) = load(None, {}, {}).printers
    assert isinstance(printer.outputs[0], FolderSettings)
    assert printer.outputs[0].format == "pdf"
    path = write('[[printer]]\noutput = [{type = "socket", host = "192.0.2.9"}, {type = "discard"}]')
    (raw,) = load(path, {}, {}).printers
    assert {getattr(output, "format", "") for output in raw.outputs} == {"original"}


def test_the_saving_folder_is_for_printers_without_outputs(write: Write, tmp_path: Path) -> None:
    path = write('[[printer]]\n[[printer.output]]\ntype = "discard"\n[[printer]]\nname = "b"\n')
    first, second = load(path, {}, {}, save=tmp_path).printers
    assert isinstance(first.outputs[0], DiscardSettings)
    assert second.outputs == (FolderSettings(folder=tmp_path),)


def test_options_without_an_effect_are_errors(write: Write, tmp_path: Path) -> None:
    path = write('[[printer]]\n[[printer.output]]\n[[printer]]\nname = "b"\n[[printer.output]]\n')
    with pytest.raises(ConfigError) as caught:
        load(path, {}, {}, name="c", save=tmp_path, save_as="png")
    assert [problem.key for problem in caught.value.problems] == ["--name", "--save", "--save-as"]


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: No such file or directory$"):
        load(tmp_path / "none.toml", {}, {})


@pytest.mark.parametrize("octets", [b"[server\n", b"\xff", b"a = 1\na = 2\n"])
def test_text_that_is_no_toml_is_one_line(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(octets)
    with pytest.raises(ConfigError, match=r"broken\.toml: is no TOML: ") as caught:
        load(path, {}, {})
    assert len(caught.value.problems) == 1


def test_every_error_is_reported_at_once(write: Write) -> None:
    found = problems(
        write("""
        colour = 1
        [server]
        listen = ["[::]:631", "x", "1.2.3.4:99999", 5]
        lisen = []
        data-dir = 5
        log-level = "loud"
        [access]
        preset = "office"
        [limits]
        max-jobs = "5"
        max-document-octets = "16 Gigs"
        max-connections = 0
        header-timeout-seconds = true
        [documents]
        fetch-schemes = ["file"]
        [[printer]]
        name = "a"
        [[printer]]
        name = "a"
        media = ["a-sheet"]
        path = "/ipp/print/5"
        geo-location = "here"
        contact-uri = "javascript:alert(1)"
        [[printer.output]]
        type = "fax"
        [[printer.output]]
        folder = ""
        foldr = "x"
        """)
    )
    example = '"[::]:631", "0.0.0.0:631" or "127.0.0.1:8631"'
    assert found == {
        "colour": "there is no such key",
        "server.listen.1": f'must be "ADDRESS:PORT", for example {example}',
        "server.listen.2": f'must be "ADDRESS:PORT", for example {example}',
        "server.listen.3": f'must be "ADDRESS:PORT", for example {example}',
        "server.lisen": 'there is no such key; did you mean "listen"?',
        "server.data-dir": 'must be a path in quotes, "..."',
        "server.log-level": "must be 'debug', 'info', 'warning' or 'error'",
        "access.preset": '"office" needs authentication, which comes with a later version; '
        'use "home" or "open"',
        "limits.max-jobs": "must be a whole number",
        "limits.max-document-octets": 'must be a number of octets, or text such as "64 MiB" or "16 GiB"',
        "limits.max-connections": "must be at least 1",
        "limits.header-timeout-seconds": "must be a number",
        "documents.fetch-schemes.0": "must be 'http', 'https' or 'ftp'",
        "printer.1.name": '"a" is the name of printer 0 already',
        "printer.1.media.0": '"a-sheet" is no PWG media name, '
        'such as "iso_a4_210x297mm" or "na_letter_8.5x11in"',
        "printer.1.path": "/ipp/print/5 could be a job of the printer at /ipp/print",
        "printer.1.contact-uri": "must be a mailto:, tel:, xmpp:, http: or https: URI",
        "printer.1.geo-location": 'must be a geo: URI (RFC 5870), for example "geo:52.5163,13.3777"',
        "printer.1.output.0": f"must be one of {', '.join(map(repr, OUTPUT_TYPES))}",
        "printer.1.output.1.folder": "must name a file or a folder",
        "printer.1.output.1.foldr": 'there is no such key; did you mean "folder"?',
    }


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('server = "x"', "server"),
        ("printer = 5", "printer"),
        ("printer = [5]", "printer.0"),
        ("printer = []", "printer"),
        ("[[printer]]\noutput = []", "printer.0.output"),
        ("[[printer]]\noutput = [3]", "printer.0.output.0"),
        ('[[printer]]\nname = ""', "printer.0.name"),
        ('[[printer]]\nname = "two\\nlines"', "printer.0.name"),
        ('[[printer]]\ninfo = "' + "ä" * 64 + '"', "printer.0.info"),
        ('[[printer]]\npath = "ipp"', "printer.0.path"),
        ('[[printer]]\npath = "/a b"', "printer.0.path"),
        ('[[printer]]\npath = "/a#b"', "printer.0.path"),
        ('[[printer]]\nmedia-default = "iso_a0_841x1189mm"', "printer.0.media-default"),
        ("[[printer]]\nresolutions-dpi = [300.5]", "printer.0.resolutions-dpi.0"),
        ("[[printer]]\ncolor = 1", "printer.0.color"),
        ('[[printer]]\nname = "a"\n[[printer]]\nname = "b"\npath = "/ipp/print"', "printer.1.path"),
        ('[[printer]]\n[[printer.output]]\nfolder = "{data-dir}/spool/x"', "printer.0.output.0.folder"),
        (
            '[[printer]]\n[[printer.output]]\nname = "a"\n[[printer.output]]\nname = "a"',
            "printer.0.output.1.name",
        ),
        ('[[printer]]\noutput = [{template = "{colour}"}]', "printer.0.output.0.template"),
        ('[[printer]]\noutput = [{template = "a//{id}"}]', "printer.0.output.0.template"),
        ('[[printer]]\noutput = [{template = "{id"}]', "printer.0.output.0.template"),
        ('[store]\npath = "{data-dir}/spool/jobs.sqlite3"', "store.path"),
        ('[server]\nhost-names = ["http://x"]', "server.host-names.0"),
        ('[server]\nlisten = ["*:631"]', "server.listen.0"),
        ('[server]\nlisten = ["[::1]"]', "server.listen.0"),
        ('[server]\nlisten = ["[fe80]:1"]', "server.listen.0"),
        ("[server]\nlisten = []", "server.listen"),
        ("[retention]\ndays = -1", "retention.days"),
        ("[retention]\ndays = nan", "retention.days"),
        ("[limits]\nkeep-alive-seconds = inf", "limits.keep-alive-seconds"),
        ('[access]\npreset = "closed"', "access.preset"),
        ("[tls]\ncertificate = 1", "tls.certificate"),
        ('[tls]\ncertificate = "a.pem"', "tls.key"),
        ('[tls]\nkey = "a.pem"', "tls.certificate"),
        ('[tls]\nmode = "maybe"', "tls.mode"),
        ('[documents]\nallowed-hosts = ["192.0.2.1/24"]', "documents.allowed-hosts.0"),
    ],
)
def test_each_rule_names_its_key(write: Write, text: str, key: str) -> None:
    assert list(problems(write(text))) == [key]
