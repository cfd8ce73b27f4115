import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.interfaces import OutputError, Parcel
from ippserver.ipp.values import NameWithLanguage
from ippserver.model.conversion import Wanted
from ippserver.model.document import Document
from ippserver.model.job import Job, JobDraft
from ippserver.outputs.names import FIELDS, MAX_OCTETS, Template, clean, component, of_files
from ippserver.testing.fakes import job_draft


def _parcel(
    draft: JobDraft | None = None, *, media_type: str = "application/pdf", printer_name: str = "Office"
) -> Parcel:
    document = Document(number=2, key="aa-2", format=media_type, size_octets=3, sha256="00")
    return Parcel(job=Job.of(draft or job_draft(), 12), document=document, printer_name=printer_name)


def _named(pattern: str, parcel: Parcel) -> str:
    return Template(pattern).name(parcel).numbered(1)


def _job_named(name: str, media_type: str = "application/pdf") -> Parcel:
    return _parcel(job_draft(name=name), media_type=media_type)


def test_the_default_name_is_id_name_and_extension() -> None:
    assert _named("{id}-{name}{ext}", _parcel()) == "12-report.pdf"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "12"),
        ("name", "report"),
        ("user", "alice"),
        ("printer", "Office"),
        ("document", "2"),
        ("uuid", "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_every_field_has_its_value(field: str, value: str) -> None:
    assert _named(f"{{{field}}}", _parcel()) == value


def test_date_and_time_sort_and_are_those_of_the_jobs_creation() -> None:
    first, second = (
        _named("{date} {time}", _parcel(job_draft(created=moment))) for moment in (1.8e9, 1.8e9 + 1)
    )
    assert len(first) == len("2027-01-15 09-00-00")
    assert first < second


def test_a_language_does_not_show_in_a_name() -> None:
    odd = replace(job_draft(), name=NameWithLanguage("de", "Bericht"), user=NameWithLanguage("de", "Anna"))
    assert _named("{user}-{name}", _parcel(odd)) == "Anna-Bericht"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("REPORT.PDF", "REPORT.pdf"),
        ("report.txt", "report.txt.pdf"),
        ("../../etc/passwd", "_.._etc_passwd.pdf"),
        ("..", "untitled.pdf"),
        ("/", "_.pdf"),
        ("", "Untitled.pdf"),
        (".hidden", "hidden.pdf"),
        ("-rf", "rf.pdf"),
        ("a\0b\nc\x1b[2J", "ab c[2J.pdf"),
        ("a\u202egpj.exe", "agpj.exe.pdf"),
        ("zero\u200bwidth", "zerowidth.pdf"),
        ("C:\\boot.ini", "C__boot.ini.pdf"),
        ('a*b?c"d<e>f|g', "a_b_c_d_e_f_g.pdf"),
        ("CON", "_CON.pdf"),
        ("nul.txt", "_nul.txt.pdf"),
        ("com1", "_com1.pdf"),
        ("console", "console.pdf"),
        ("trailing. . ", "trailing.pdf"),
        ("  many   spaces ", "many spaces.pdf"),
        ("Grüße 世界 🙂", "Grüße 世界 🙂.pdf"),
        ("u\u0308", "ü.pdf"),
        ("\udce4", "untitled.pdf"),
        ("{id}", "{id}.pdf"),
    ],
)
def test_a_jobs_name_becomes_a_harmless_file_name(name: str, expected: str) -> None:
    assert _named("{name}{ext}", _job_named(name)) == expected


@pytest.mark.parametrize("name", ["x" * 1000, "ä" * 500, "🙂" * 200, "x" * 254 + "é"])
@pytest.mark.parametrize("number", [1, 2, 99_999])
def test_a_long_name_is_cut_between_characters_and_keeps_its_extension(name: str, number: int) -> None:
    made = Template("{name}{ext}").name(_job_named(name)).numbered(number)
    assert MAX_OCTETS - 3 <= len(made.encode()) <= MAX_OCTETS
    assert made.endswith(".pdf" if number == 1 else f" ({number}).pdf")


def test_a_number_stands_before_the_extension() -> None:
    name = Template("{name}{ext}").name(_parcel())
    assert [name.numbered(number) for number in (1, 2, 3)] == [
        "report.pdf",
        "report (2).pdf",
        "report (3).pdf",
    ]


def test_a_number_stands_at_the_end_where_there_is_no_extension() -> None:
    assert Template("{ext}-{name}").name(_parcel()).numbered(2) == "pdf-report (2)"


def test_slashes_of_the_template_make_folders_and_those_of_a_value_do_not() -> None:
    parcel = _parcel(job_draft(user="../evil", name="a/b"))
    assert _named("{printer}/{user}/{id}-{name}{ext}", parcel) == "Office/_evil/12-a_b.pdf"


def test_a_folder_is_never_the_one_above() -> None:
    assert _named("{user}/{id}", _parcel(job_draft(user=".."))) == "untitled/12"


@pytest.mark.parametrize("pattern", ["{job}", "{id!r}", "{id:9}", "{}", "{0}", "{name.title}", "{id"])
def test_a_field_that_there_is_not_is_refused_with_those_that_there_are(pattern: str) -> None:
    with pytest.raises(OutputError, match="template") as caught:
        Template(pattern)
    assert pattern == "{id" or all(f"{{{field}}}" in str(caught.value) for field in FIELDS)


@pytest.mark.parametrize("pattern", ["", "/", "/{id}", "{id}/", "a//{id}"])
def test_a_template_with_an_empty_part_is_refused(pattern: str) -> None:
    with pytest.raises(OutputError, match="nothing"):
        Template(pattern)


@pytest.mark.parametrize("pattern", ["a\0{id}", "a:{id}", "a\n{id}", "a\\{id}"])
def test_a_template_with_characters_that_no_name_should_hold_is_refused(pattern: str) -> None:
    with pytest.raises(OutputError, match="no file name"):
        Template(pattern)


_TEXTS = st.text(st.characters(), max_size=300) | st.text(
    st.sampled_from("./\\-: \0\u202eäCONPRNUX12"), max_size=300
)


@given(_TEXTS)
def test_whatever_a_client_sends_makes_one_component_of_a_path(text: str) -> None:
    made = component(clean(text), ".pdf")
    assert 0 < len(made.encode()) <= MAX_OCTETS
    assert "/" not in made
    assert made[0] not in ".- "
    assert made[-1] not in ". "
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in made)


@given(_TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize("name", ["photo.jpg", "photo.JPEG", "photo.png", "photo"])
def test_a_name_loses_the_ending_of_what_was_sent_and_of_what_is_written(name: str) -> None:
    sent = replace(_job_named(name, "image/jpeg"), wanted=Wanted("image/png", split=True))
    assert of_files(Template("{name}{ext}").name(sent).numbered(1), 1) == ["photo.png"]
