"""What there is, and that nothing of it is untested (RFC 8011 6.2.2, RFC 3196 3.1.2.1.4.3)."""

import re

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.enums import Operation
from ippserver.model.access import Access
from ippserver.operations.declare import Data, Definition, OperationSpec, Target
from ippserver.operations.table import OPERATIONS, operations, supported
from ippserver.testing.desk import Desk
from tests.effects import marked

BY_NUMBER = pytest.mark.parametrize("spec", OPERATIONS, ids=lambda spec: spec.operation.keyword)

EVERY = frozenset(
    {
        names.ATTRIBUTES_CHARSET,
        names.ATTRIBUTES_NATURAL_LANGUAGE,
        names.PRINTER_URI,
        names.REQUESTING_USER_NAME,
        names.REQUESTING_USER_URI,
        names.CLIENT_INFO,
    }
)
JOB = frozenset({names.JOB_ID, names.JOB_URI})
DOCUMENT = frozenset(
    {
        names.DOCUMENT_NAME,
        names.DOCUMENT_FORMAT,
        names.DOCUMENT_NATURAL_LANGUAGE,
        names.DOCUMENT_MESSAGE,
        names.DOCUMENT_METADATA,
        names.DOCUMENT_PASSWORD,
        names.COMPRESSION,
    }
)
SENT = DOCUMENT | {names.IPP_ATTRIBUTE_FIDELITY}
ONE = frozenset({names.DOCUMENT_NUMBER})
CREATION = frozenset(
    {
        names.JOB_NAME,
        names.IPP_ATTRIBUTE_FIDELITY,
        names.JOB_MANDATORY_ATTRIBUTES,
        names.JOB_K_OCTETS,
        names.JOB_IMPRESSIONS,
        names.JOB_IMPRESSIONS_COL,
        names.JOB_MEDIA_SHEETS,
        names.JOB_MEDIA_SHEETS_COL,
        names.JOB_PAGES,
        names.JOB_PAGES_COL,
        names.JOB_PASSWORD,
        names.JOB_PASSWORD_ENCRYPTION,
        names.JOB_RELEASE_ACTION,
        names.JOB_STORAGE,
    }
)
KEY = frozenset({names.JOB_PASSWORD, names.JOB_PASSWORD_ENCRYPTION})
"""Our own: what the pages of a Job with a password are had by."""
MESSAGE = frozenset({names.MESSAGE, names.JOB_MESSAGE_FROM_OPERATOR})
HOLD = frozenset({names.JOB_HOLD_UNTIL, names.JOB_HOLD_UNTIL_TIME})
OPERATOR = frozenset({names.PRINTER_MESSAGE_FROM_OPERATOR})
OF_CUPS = frozenset(
    {
        vendor.FIRST_PRINTER_NAME,
        names.LIMIT,
        names.PRINTER_INFO,
        names.PRINTER_LOCATION,
        vendor.PRINTER_TYPE,
        vendor.PRINTER_TYPE_MASK,
        names.REQUESTED_ATTRIBUTES,
    }
)
SUBSCRIPTION = frozenset({names.NOTIFY_SUBSCRIPTION_ID})
OF_THE_STANDARD: dict[Operation, frozenset[Definition]] = {
    Operation.PRINT_JOB: CREATION | DOCUMENT,
    Operation.PRINT_URI: CREATION | DOCUMENT | {names.DOCUMENT_URI},
    Operation.VALIDATE_JOB: CREATION | DOCUMENT,
    Operation.CREATE_JOB: CREATION,
    Operation.SEND_DOCUMENT: JOB | SENT | {names.LAST_DOCUMENT},
    Operation.SEND_URI: JOB | SENT | {names.LAST_DOCUMENT, names.DOCUMENT_URI},
    Operation.GET_DOCUMENTS: JOB | {names.FIRST_INDEX, names.LIMIT, names.REQUESTED_ATTRIBUTES},
    Operation.GET_DOCUMENT_ATTRIBUTES: JOB | ONE | {names.REQUESTED_ATTRIBUTES},
    Operation.SET_DOCUMENT_ATTRIBUTES: JOB | ONE,
    Operation.CANCEL_DOCUMENT: JOB | ONE | {names.MESSAGE},
    Operation.DELETE_DOCUMENT: JOB | ONE,
    Operation.VALIDATE_DOCUMENT: SENT,
    Operation.CANCEL_JOB: JOB | MESSAGE,
    Operation.GET_JOB_ATTRIBUTES: JOB | {names.REQUESTED_ATTRIBUTES},
    Operation.GET_JOBS: frozenset(
        {
            names.FIRST_INDEX,
            names.JOB_IDS,
            names.LIMIT,
            names.MY_JOBS,
            names.REQUESTED_ATTRIBUTES,
            names.WHICH_JOBS,
        }
    ),
    Operation.GET_PRINTER_ATTRIBUTES: frozenset({names.REQUESTED_ATTRIBUTES, names.DOCUMENT_FORMAT}),
    Operation.HOLD_JOB: JOB | MESSAGE | HOLD,
    Operation.RELEASE_JOB: JOB | MESSAGE | KEY,
    Operation.RESTART_JOB: JOB | MESSAGE | HOLD | KEY,
    Operation.REPROCESS_JOB: JOB | MESSAGE | HOLD | KEY,
    Operation.RESUBMIT_JOB: JOB | MESSAGE | CREATION,
    Operation.CLOSE_JOB: JOB | MESSAGE,
    Operation.SET_JOB_ATTRIBUTES: JOB,
    Operation.CANCEL_JOBS: MESSAGE | {names.JOB_IDS, names.MY_JOBS},
    Operation.CANCEL_MY_JOBS: MESSAGE | {names.JOB_IDS},
    Operation.CANCEL_CURRENT_JOB: MESSAGE | {names.JOB_ID},
    Operation.SUSPEND_CURRENT_JOB: MESSAGE | {names.JOB_ID},
    Operation.RESUME_JOB: JOB | MESSAGE,
    Operation.PROMOTE_JOB: JOB | MESSAGE,
    Operation.SCHEDULE_JOB_AFTER: JOB | MESSAGE | {names.PREDECESSOR_JOB_ID},
    Operation.PAUSE_PRINTER: OPERATOR,
    Operation.RESUME_PRINTER: OPERATOR,
    Operation.PURGE_JOBS: OPERATOR | {vendor.PURGE_JOBS, names.JOB_IDS, names.MY_JOBS},
    Operation.ENABLE_PRINTER: OPERATOR,
    Operation.DISABLE_PRINTER: OPERATOR,
    Operation.PAUSE_PRINTER_AFTER_CURRENT_JOB: OPERATOR,
    Operation.HOLD_NEW_JOBS: OPERATOR,
    Operation.RELEASE_HELD_NEW_JOBS: OPERATOR,
    Operation.DEACTIVATE_PRINTER: OPERATOR,
    Operation.ACTIVATE_PRINTER: OPERATOR,
    Operation.RESTART_PRINTER: OPERATOR,
    Operation.SHUTDOWN_PRINTER: OPERATOR,
    Operation.STARTUP_PRINTER: OPERATOR,
    Operation.SET_PRINTER_ATTRIBUTES: frozenset({names.DOCUMENT_FORMAT}),
    Operation.GET_PRINTER_SUPPORTED_VALUES: frozenset({names.REQUESTED_ATTRIBUTES, names.DOCUMENT_FORMAT}),
    Operation.GET_USER_PRINTER_ATTRIBUTES: frozenset({names.REQUESTED_ATTRIBUTES, names.DOCUMENT_FORMAT}),
    Operation.IDENTIFY_PRINTER: frozenset({names.IDENTIFY_ACTIONS, names.MESSAGE, names.JOB_ID}),
    Operation.CUPS_GET_DEFAULT: frozenset({names.REQUESTED_ATTRIBUTES}),
    Operation.CUPS_GET_PRINTERS: OF_CUPS,
    Operation.CUPS_GET_CLASSES: OF_CUPS,
    Operation.CUPS_ACCEPT_JOBS: OPERATOR,
    Operation.CUPS_REJECT_JOBS: OPERATOR,
    Operation.CUPS_GET_DOCUMENT: JOB | KEY | {names.DOCUMENT_NUMBER},
    Operation.CREATE_PRINTER_SUBSCRIPTIONS: frozenset(),
    Operation.CREATE_JOB_SUBSCRIPTIONS: frozenset({names.NOTIFY_JOB_ID}),
    Operation.GET_SUBSCRIPTION_ATTRIBUTES: SUBSCRIPTION | {names.REQUESTED_ATTRIBUTES},
    Operation.GET_SUBSCRIPTIONS: frozenset(
        {names.NOTIFY_JOB_ID, names.LIMIT, names.REQUESTED_ATTRIBUTES, names.MY_SUBSCRIPTIONS}
    ),
    Operation.RENEW_SUBSCRIPTION: SUBSCRIPTION,
    Operation.CANCEL_SUBSCRIPTION: SUBSCRIPTION,
    Operation.GET_NOTIFICATIONS: frozenset(
        {names.NOTIFY_SUBSCRIPTION_IDS, names.NOTIFY_SEQUENCE_NUMBERS, names.NOTIFY_WAIT}
    ),
}
"""The operation attributes that the operation's section names (RFC 8011 4.2, 4.3), beside those of EVERY."""


def test_every_operation_of_the_standard_is_there_once() -> None:
    assert sorted(spec.operation for spec in OPERATIONS) == sorted(OF_THE_STANDARD)


@BY_NUMBER
def test_it_accepts_what_its_section_names_and_nothing_else(spec: OperationSpec) -> None:
    expected = EVERY | OF_THE_STANDARD[spec.operation]
    assert spec.accepts == {definition.name for definition in expected}


@BY_NUMBER
def test_it_requires_only_what_it_accepts(spec: OperationSpec) -> None:
    assert {definition.name for definition in spec.requires} <= spec.accepts


@BY_NUMBER
def test_it_names_the_section_that_defines_it(spec: OperationSpec) -> None:
    assert re.match(r"(RFC \d{4}|PWG 5100\.\d+) \d|CUPS$", spec.spec)
    assert spec.handler.__doc__


@BY_NUMBER
def test_its_target_decides_what_right_it_needs(spec: OperationSpec) -> None:
    rights = {
        Target.PRINTER: {Access.QUERY, Access.SUBMIT, Access.OWN, Access.OPERATE, Access.ADMINISTER},
        Target.JOB: {Access.QUERY, Access.OWN, Access.REPRINT, Access.OPERATE},
        Target.DOCUMENT: {Access.QUERY, Access.OWN},
        Target.SERVER: {Access.QUERY},
        Target.WATCHED_JOB: {Access.OWN},
        Target.SUBSCRIPTION: {Access.OWN},
    }
    assert spec.access in rights[spec.target]


def test_only_two_operations_take_a_document() -> None:
    taking = {spec.operation for spec in OPERATIONS if spec.data is not Data.NONE}
    assert taking == {Operation.PRINT_JOB, Operation.SEND_DOCUMENT}


def test_job_attributes_go_with_the_creation_of_jobs_and_with_setting_them_alone() -> None:
    taking = {spec.operation for spec in OPERATIONS if spec.job_group}
    assert taking == {
        Operation.PRINT_JOB,
        Operation.PRINT_URI,
        Operation.VALIDATE_JOB,
        Operation.CREATE_JOB,
        Operation.RESUBMIT_JOB,
        Operation.SET_JOB_ATTRIBUTES,
    }


def test_subscription_attributes_go_with_what_creates_or_renews_subscriptions() -> None:
    taking = {spec.operation for spec in OPERATIONS if spec.subscription_groups}
    assert taking == {
        Operation.PRINT_JOB,
        Operation.PRINT_URI,
        Operation.VALIDATE_JOB,
        Operation.CREATE_JOB,
        Operation.RESUBMIT_JOB,
        Operation.CREATE_PRINTER_SUBSCRIPTIONS,
        Operation.CREATE_JOB_SUBSCRIPTIONS,
        Operation.RENEW_SUBSCRIPTION,
    }


def test_documents_are_printed_by_reference_only_where_that_is_switched_on() -> None:
    off = {spec.operation for spec in operations(by_reference=False)}
    on = {spec.operation for spec in operations(by_reference=True)}
    assert on - off == {Operation.PRINT_URI, Operation.SEND_URI}
    assert off < on


async def test_operations_supported_is_what_is_served(desk: Desk) -> None:
    answer = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)
    shown = names.OPERATIONS_SUPPORTED.all(answer.printer)
    assert shown == supported(operations(by_reference=False))
    for code in range(1, 0x70):
        refused = (await desk.ask(code)).status == 0x0501
        assert refused is (code not in shown)


@BY_NUMBER
def test_it_has_a_test_of_its_effect(spec: OperationSpec) -> None:
    assert spec.operation.name in marked(), f"mark one: @pytest.mark.effect(Operation.{spec.operation.name})"
