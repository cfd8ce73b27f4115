import pytest

from ippserver.ipp.values import NameWithLanguage
from ippserver.model.access import Access, Preset, Principal, Role, allowed, owns, user_name
from ippserver.model.job import Job
from ippserver.testing.fakes import job_draft

ALICES = Job.of(job_draft(user="alice"), 1)
ALICE, BOB = Principal(name="alice"), Principal(name="bob")
OPERATOR = Principal(name="bob", role=Role.OPERATOR, authenticated=True)
ADMINISTRATOR = Principal(name="bob", role=Role.ADMINISTRATOR, authenticated=True)


@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("principal", [ALICE, BOB, OPERATOR, ADMINISTRATOR])
def test_everybody_may_everything_where_access_is_open(access: Access, principal: Principal) -> None:
    assert allowed(Preset.OPEN, access, principal, ALICES)


@pytest.mark.parametrize("access", [Access.QUERY, Access.SUBMIT])
def test_everybody_may_ask_and_print_at_home(access: Access) -> None:
    assert allowed(Preset.HOME, access, BOB)


@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("principal", [OPERATOR, ADMINISTRATOR])
def test_operators_may_everything_at_home_but_what_is_for_administrators(
    access: Access, principal: Principal
) -> None:
    reserved = access is Access.ADMINISTER and principal is not ADMINISTRATOR
    assert allowed(Preset.HOME, access, principal, ALICES) is not reserved


def test_a_job_is_changed_by_its_owner_at_home_and_by_nobody_else() -> None:
    assert allowed(Preset.HOME, Access.OWN, ALICE, ALICES)
    assert not allowed(Preset.HOME, Access.OWN, BOB, ALICES)


def test_users_do_not_operate_a_printer_at_home() -> None:
    assert not allowed(Preset.HOME, Access.OPERATE, ALICE)
    assert not allowed(Preset.HOME, Access.OPERATE, ALICE, ALICES)


@pytest.mark.parametrize(
    "name", ["Alice", "alice ", " alice", "аlice", "alice\N{COMBINING ACUTE ACCENT}", ""]
)
def test_names_that_only_look_alike_are_other_users(name: str) -> None:
    assert not owns(Principal(name=name), ALICES)


def test_the_language_of_a_name_makes_no_other_user() -> None:
    job = Job.of(job_draft(), 1)
    object.__setattr__(job, "user", NameWithLanguage("fr", "alice"))
    assert user_name(job) == "alice"
    assert owns(ALICE, job)
