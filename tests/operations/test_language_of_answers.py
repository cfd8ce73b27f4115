"""A client is answered in its language where we speak that (RFC 8011 4.1.4.1, 4.1.4.2)."""

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.enums import Operation, Status
from ippserver.iana.keywords import NotifyEvent
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, Name, NameWithLanguage, Text, TextWithLanguage
from ippserver.model.language import Language, Languages
from ippserver.testing.desk import URI, Answer, Desk
from ippserver.web import strings
from tests.operations.subscribed import fetch, id_of, subscribe, to

LANGUAGES = strings.load()


@pytest.fixture
async def desk() -> Desk:
    return await Desk(languages=LANGUAGES).open()


def language_of(answer: Answer) -> str | None:
    return names.ATTRIBUTES_NATURAL_LANGUAGE.get(answer.operation)


def message_of(answer: Answer) -> object:
    return names.STATUS_MESSAGE.get(answer.operation)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_de", "de"),
        ("en", "en"),
        ("en-US", "en"),
        ("fr", "en"),
        ("C", "en"),
    ],
)
async def test_texts_are_in_the_language_that_is_asked_for(desk: Desk, asked: str, answered: str) -> None:
    answer = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, language=asked)
    assert language_of(answer) == answered
    german = answered == "de"
    assert message_of(answer) == ("Erledigt." if german else "successful-ok")
    assert names.PRINTER_STATE_MESSAGE.get(answer.printer) == Text(
        "Bereit zum Drucken." if german else "Ready to print."
    )
    marker = vendor.MARKER_NAMES.get(answer.printer)
    assert marker == Name("Toner Schwarz" if german else "Black toner")
    assert type(marker) is Name
    assert names.PRINTER_ALERT_DESCRIPTION.get(answer.printer) == ("bereit" if german else "ready")


@pytest.mark.parametrize(("asked", "told"), [("de", "de"), ("de-ch", "de"), ("en", "en"), ("fr", "en")])
async def test_the_strings_are_those_of_the_language(desk: Desk, asked: str, told: str) -> None:
    answer = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, language=asked)
    assert names.PRINTER_STRINGS_URI.get(answer.printer) == f"http://printer.local:631/strings/{told}.strings"
    for attribute in (names.PRINTER_STRINGS_LANGUAGES_SUPPORTED, names.GENERATED_NATURAL_LANGUAGE_SUPPORTED):
        assert attribute.all(answer.printer) == ("en", "de")
    assert names.NATURAL_LANGUAGE_CONFIGURED.get(answer.printer) == "en"


async def test_what_an_operator_configured_is_left_alone(desk: Desk) -> None:
    answer = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, language="de")
    assert type(names.PRINTER_NAME.get(answer.printer)) is Name
    assert type(names.PRINTER_INFO.get(answer.printer)) is Text


async def test_what_was_set_in_a_language_needs_no_mark_in_it(desk: Desk) -> None:
    await desk.ask(
        Operation.SET_PRINTER_ATTRIBUTES, printer=[names.PRINTER_LOCATION.of(Text("Küche"))], language="de-AT"
    )
    for language, location in (("de", Text("Küche")), ("en", TextWithLanguage("de-at", "Küche"))):
        answer = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, language=language)
        assert names.PRINTER_LOCATION.get(answer.printer) == location


async def test_names_of_jobs_are_marked_where_the_answer_is_in_another_language(desk: Desk) -> None:
    for language, name in (("en", "report"), ("de", "Bericht"), ("fr", "rapport")):
        await desk.ask(Operation.CREATE_JOB, names.JOB_NAME.of(Name(name)), language=language)
    shown = names.REQUESTED_ATTRIBUTES.of(names.JOB_NAME.name)
    answer = await desk.ask(Operation.GET_JOBS, shown, language="de")
    assert [names.JOB_NAME.get(job) for job in answer.jobs] == [
        NameWithLanguage("en", "report"),
        Name("Bericht"),
        NameWithLanguage("fr", "rapport"),
    ]
    answer = await desk.ask(Operation.GET_JOBS, shown, language="en")
    assert [names.JOB_NAME.get(job) for job in answer.jobs] == [
        Name("report"),
        NameWithLanguage("de", "Bericht"),
        NameWithLanguage("fr", "rapport"),
    ]


async def test_the_state_of_a_job_is_told_in_the_language(desk: Desk) -> None:
    answer = await desk.ask(Operation.CREATE_JOB, language="de", user="Jörg")
    assert names.JOB_STATE_MESSAGE.get(answer.job) == Text("Zurückgehalten.")


async def test_a_refusal_is_told_in_the_language(desk: Desk) -> None:
    answer = await desk.ask(
        Operation.GET_JOB_ATTRIBUTES, target=[names.JOB_URI.of(f"{URI}/999")], language="de"
    )
    assert answer.status is Status.CLIENT_ERROR_NOT_FOUND
    assert (language_of(answer), message_of(answer)) == ("de", "Diesen Auftrag gibt es nicht.")


async def test_so_is_one_with_a_name_in_it(desk: Desk) -> None:
    job_id = names.JOB_ID.of((await desk.ask(Operation.CREATE_JOB)).job_id)
    answer = await desk.ask(Operation.GET_DOCUMENT_ATTRIBUTES, job_id, language="de")
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert (language_of(answer), message_of(answer)) == ("de", "document-number fehlt.")


async def test_a_refusal_that_is_not_translated_is_english() -> None:
    desk = await Desk(languages=Languages(Language("de", {"successful-ok": "Gut."}))).open()
    answer = await desk.ask(
        Operation.GET_JOB_ATTRIBUTES, target=[names.JOB_URI.of(f"{URI}/999")], language="de"
    )
    assert (language_of(answer), message_of(answer)) == ("en", "There is no such job.")


async def test_a_text_that_is_not_translated_is_marked() -> None:
    desk = await Desk(languages=Languages(Language("de", {"Black toner": "Schwarz"}))).open()
    answer = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, language="de")
    assert language_of(answer) == "de"
    assert message_of(answer) == TextWithLanguage("en", "successful-ok")
    assert names.PRINTER_STATE_MESSAGE.get(answer.printer) == TextWithLanguage("en", "Ready to print.")
    assert vendor.MARKER_NAMES.all(answer.printer)[:2] == ("Schwarz", NameWithLanguage("en", "Cyan toner"))


async def test_a_message_is_no_longer_than_it_may_be() -> None:
    desk = await Desk(languages=Languages(Language("de", {"successful-ok": "x" * 300}))).open()
    assert message_of(await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, language="de")) == "x" * 255


async def test_what_is_not_supported_is_told_as_it_was_sent(desk: Desk) -> None:
    template = [names.MEDIA.of(Name("Buntes")), names.COPIES.of(0)]
    answer = await desk.ask(Operation.VALIDATE_JOB, job=template, language="de")
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert language_of(answer) == "de"
    group = AttributeGroup(GroupTag.UNSUPPORTED, answer.unsupported)
    assert names.COPIES.get(group) == 0


@pytest.mark.parametrize("language", ["de", "en"])
async def test_events_are_told_in_the_language_of_the_subscription(desk: Desk, language: str) -> None:
    created = await desk.ask(
        Operation.CREATE_PRINTER_SUBSCRIPTIONS,
        subscriptions=[to(NotifyEvent.PRINTER_STATE_CHANGED, NotifyEvent.JOB_CREATED)],
        language=language,
    )
    await desk.ask(Operation.PAUSE_PRINTER)
    await desk.ask(Operation.CREATE_JOB, names.JOB_NAME.of(Name("report")))
    answer = await fetch(desk, id_of(created.subscription))
    assert language_of(answer) == language
    assert {names.NOTIFY_NATURAL_LANGUAGE.get(event) for event in answer.events} == {language}
    german = ["Office: Angehalten.", "Office: Auftrag 1 (report) wurde angelegt."]
    english = ["Office: Paused.", "Office: job 1 (report) was created."]
    said = [names.NOTIFY_TEXT.get(event) for event in answer.events]
    assert said == (german if language == "de" else english)


async def test_a_subscription_may_ask_for_another_language(desk: Desk) -> None:
    notify_id = await subscribe(
        desk, NotifyEvent.PRINTER_STATE_CHANGED, language=names.NOTIFY_NATURAL_LANGUAGE.of("DE")
    )
    await desk.ask(Operation.PAUSE_PRINTER)
    answer = await fetch(desk, notify_id)
    assert language_of(answer) == "de"
    assert [names.NOTIFY_TEXT.get(event) for event in answer.events] == [Text("Office: Angehalten.")]


async def test_what_a_subscription_asks_for_and_we_do_not_speak_is_english(desk: Desk) -> None:
    group = to(NotifyEvent.JOB_CREATED, language=names.NOTIFY_NATURAL_LANGUAGE.of("fr"))
    answer = await desk.ask(Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscriptions=[group], language="de")
    assert names.NOTIFY_NATURAL_LANGUAGE.get(answer.subscription) == "fr"  # named as not supported
    asked = names.NOTIFY_SUBSCRIPTION_ID.of(id_of(answer.subscription))
    shown = names.REQUESTED_ATTRIBUTES.of(Keyword(names.NOTIFY_NATURAL_LANGUAGE.name))
    answer = await desk.ask(Operation.GET_SUBSCRIPTION_ATTRIBUTES, asked, shown)
    assert names.NOTIFY_NATURAL_LANGUAGE.get(answer.subscription) == "en"
