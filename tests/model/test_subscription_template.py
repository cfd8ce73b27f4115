"""What a client asks of a Subscription, and what of it is granted, whatever it is (RFC 3995 5.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import Status
from ippserver.iana.keywords import NotifyEvent, NotifyPullMethod
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Name, OutOfBand
from ippserver.model import events
from ippserver.model.errors import BadRequest
from ippserver.model.notifications import NOTIFY_ATTRIBUTES, SUBSCRIPTION_NAMES
from ippserver.model.subscription import NotificationTerms
from ippserver.model.subscription_template import Subscriber, Wish, advertised, resolve
from ippserver.testing.strategies import values

SUBSCRIBER = Subscriber(printer="/ipp/print", printer_uri="ipp://localhost/ipp/print", user=Name("alice"))
PULL = names.NOTIFY_PULL_METHOD.of(NotifyPullMethod.IPPGET)
NAMES = sorted(SUBSCRIPTION_NAMES | {names.NOTIFY_RECIPIENT_URI.name, names.COPIES.name})


def wish(*attributes: Attribute, about_job: bool = False) -> Wish:
    """What becomes of a group."""
    group = AttributeGroup(GroupTag.SUBSCRIPTION, attributes)
    return resolve(group, SUBSCRIBER, NotificationTerms(), about_job=about_job)


any_attribute = st.builds(Attribute, st.sampled_from(NAMES), st.lists(values(), min_size=1, max_size=3))


@given(
    asked=st.lists(any_attribute, max_size=5, unique_by=lambda attribute: attribute.name),
    about_job=st.booleans(),
)
def test_whatever_is_asked_for_is_granted_or_named(asked: list[Attribute], about_job: bool) -> None:
    pulled = [attribute for attribute in asked if attribute.name != PULL.name]
    outcome = wish(PULL, *pulled, about_job=about_job)
    assert (outcome.draft is None) == (outcome.status.keyword.startswith("client-error"))
    assert outcome.status is not Status.SUCCESSFUL_OK or not outcome.unsupported
    draft = outcome.draft
    if draft is not None:
        assert set(draft.events) <= set(events.SUPPORTED) - {NotifyEvent.NONE}
        assert draft.events
        assert set(draft.attributes) <= NOTIFY_ATTRIBUTES
        assert len(draft.user_data or b"") <= 63
        assert (draft.lease_seconds is None) == about_job


@given(asked=st.lists(any_attribute, max_size=5, unique_by=lambda attribute: attribute.name))
def test_without_a_word_on_delivery_it_is_no_request(asked: list[Attribute]) -> None:
    methods = (PULL.name, names.NOTIFY_RECIPIENT_URI.name)
    with pytest.raises(BadRequest):
        wish(*(attribute for attribute in asked if attribute.name not in methods))


@pytest.mark.parametrize(
    "definition", [names.NOTIFY_LEASE_DURATION, names.NOTIFY_TIME_INTERVAL, names.NOTIFY_USER_DATA]
)
def test_a_value_of_another_syntax_counts_as_none(definition: AttributeDef[object]) -> None:
    asked = Attribute(definition.name, [OutOfBand.UNKNOWN])
    draft = wish(PULL, asked).draft
    assert draft is not None
    assert (draft.lease_seconds, draft.time_interval, draft.user_data) == (86_400, None, None)


def test_each_event_is_subscribed_to_once() -> None:
    twice = names.NOTIFY_EVENTS.of(NotifyEvent.JOB_CREATED, NotifyEvent.JOB_CREATED)
    outcome = wish(PULL, twice)
    assert outcome.draft is not None
    assert outcome.draft.events == (NotifyEvent.JOB_CREATED,)
    assert outcome.status is Status.SUCCESSFUL_OK


def test_case_does_not_matter_in_charsets_and_languages() -> None:
    outcome = wish(PULL, names.NOTIFY_CHARSET.of("UTF-8"), names.NOTIFY_NATURAL_LANGUAGE.of("EN"))
    assert outcome.status is Status.SUCCESSFUL_OK
    assert outcome.draft is not None
    assert (outcome.draft.charset, outcome.draft.natural_language) == ("utf-8", "en")


def test_what_is_advertised_has_the_syntax_of_the_registry() -> None:
    for attribute in advertised(NotificationTerms(infinite_leases=True)):
        assert names.DEFINITIONS[attribute.name].problem(attribute.values) is None
