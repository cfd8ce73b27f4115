"""Texts and names keep the language they came in (RFC 8011 4.1.4.1, 4.1.4.2)."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, Name, NameWithLanguage, Text, TextWithLanguage, Uri, Value
from ippserver.operations.language import in_language, plain
from ippserver.testing.desk import PDF, Answer, Desk


async def shown(desk: Desk, job_id: int) -> Answer:
    """The Job, to a client that speaks English."""
    return await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)


@pytest.mark.parametrize(("language", "told"), [("de", "de"), ("pt-BR", "pt-br"), ("fr_CA", "fr-ca")])
async def test_names_in_another_language_go_out_with_it(desk: Desk, language: str, told: str) -> None:
    created = await desk.ask(
        Operation.PRINT_JOB,
        names.JOB_NAME.of("Bericht"),
        names.DOCUMENT_NAME.of("Anlage"),
        language=language,
        user="Jörg",
        document=PDF,
    )
    answer = await shown(desk, created.job_id)
    assert names.JOB_NAME.get(answer.job) == NameWithLanguage(told, "Bericht")
    assert names.JOB_ORIGINATING_USER_NAME.get(answer.job) == NameWithLanguage(told, "Jörg")
    assert names.DOCUMENT_NAME_SUPPLIED.get(answer.job) == NameWithLanguage(told, "Anlage")
    assert names.ATTRIBUTES_NATURAL_LANGUAGE.get(answer.job) == language.lower()


async def test_they_do_so_in_answers_to_clients_of_that_language_too(desk: Desk) -> None:
    created = await desk.ask(Operation.CREATE_JOB, names.JOB_NAME.of("Bericht"), language="de")
    answer = await desk.ask(
        Operation.GET_JOBS, names.REQUESTED_ATTRIBUTES.of(names.JOB_NAME.name), language="de"
    )
    assert names.ATTRIBUTES_NATURAL_LANGUAGE.get(answer.operation) == "en"
    assert names.JOB_NAME.get(answer.job) == NameWithLanguage("de", "Bericht")
    assert created.status is Status.SUCCESSFUL_OK


@pytest.mark.parametrize("language", ["en", "EN", "en-US", "en_GB"])
async def test_english_of_any_country_needs_no_mark(desk: Desk, language: str) -> None:
    created = await desk.ask(Operation.CREATE_JOB, names.JOB_NAME.of("report"), language=language)
    assert names.JOB_NAME.get((await shown(desk, created.job_id)).job) == Name("report")


async def test_a_value_that_names_its_language_keeps_it(desk: Desk) -> None:
    for language in ("de", "en"):
        name = NameWithLanguage("fr", "rapport")
        created = await desk.ask(Operation.CREATE_JOB, names.JOB_NAME.of(name), language=language)
        assert names.JOB_NAME.get((await shown(desk, created.job_id)).job) == name


async def test_the_name_that_we_make_is_english(desk: Desk) -> None:
    created = await desk.ask(Operation.CREATE_JOB, language="de")
    assert names.JOB_NAME.get((await shown(desk, created.job_id)).job) == Name("Untitled")


async def test_an_empty_name_is_none_in_every_language(desk: Desk) -> None:
    for language in ("en", "de"):
        created = await desk.ask(
            Operation.PRINT_JOB,
            names.JOB_NAME.of(""),
            names.DOCUMENT_NAME.of(NameWithLanguage("fr", "")),
            user="",
            language=language,
            document=PDF,
        )
        job = await desk.job(created.job_id)
        assert (job.title, job.user) == (Name("Untitled"), Name("anonymous"))


async def test_values_that_are_refused_go_out_in_their_language(desk: Desk) -> None:
    until = names.JOB_HOLD_UNTIL.of(Name("Feierabend"))
    answer = await desk.ask(Operation.VALIDATE_JOB, job=[until], language="de")
    assert answer.unsupported == (names.JOB_HOLD_UNTIL.of(NameWithLanguage("de", "Feierabend")),)


async def test_an_owner_is_the_same_in_every_language(desk: Desk) -> None:
    await desk.ask(Operation.CREATE_JOB, user="alice", language="de")
    mine = await desk.ask(Operation.GET_JOBS, names.MY_JOBS.of(True), user="alice")
    assert len(mine.jobs) == 1


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, ""), (Name("a"), "a"), (NameWithLanguage("de", "a"), "a"), (TextWithLanguage("de", ""), "")],
)
def test_words_are_read_without_their_language(value: Name | NameWithLanguage | None, words: str) -> None:
    assert plain(value) == words


@pytest.mark.parametrize(
    ("value", "marked"),
    [
        (Name("a"), NameWithLanguage("de", "a")),
        (Text("a"), TextWithLanguage("de", "a")),
        (NameWithLanguage("fr", "a"), NameWithLanguage("fr", "a")),
        (Keyword("a"), Keyword("a")),
        (Uri("ipp://a"), Uri("ipp://a")),
        (1, 1),
        (
            Collection([Attribute("x-inner", (Name("a"), Keyword("b")))]),
            Collection([Attribute("x-inner", (NameWithLanguage("de", "a"), Keyword("b")))]),
        ),
    ],
)
def test_every_string_in_a_natural_language_is_marked_and_nothing_else(value: Value, marked: Value) -> None:
    group = AttributeGroup(GroupTag.JOB, [Attribute("x", (value, value))])
    assert in_language(group, "de") == AttributeGroup(GroupTag.JOB, [Attribute("x", (marked, marked))])


def test_what_needs_no_mark_stays_the_same_object() -> None:
    group = AttributeGroup(GroupTag.JOB, [names.COPIES.of(2)])
    assert in_language(group, "en-US") is group
    assert in_language(group, "de").attributes[0] is group.attributes[0]
