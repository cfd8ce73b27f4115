import pytest

from ippserver.iana import names
from ippserver.iana.keywords import JobStorageAccess, JobStorageDisposition
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.model import release
from ippserver.model.printer import PrinterConfig
from ippserver.model.states import HOLD_REASONS

CONFIG = PrinterConfig(path="/ipp/print", name="office", max_copies=20)


def shown(config: PrinterConfig) -> AttributeGroup:
    return AttributeGroup(GroupTag.PRINTER, release.attributes(config))


def test_every_release_action_but_none_holds_a_job() -> None:
    assert set(release.ACTIONS) == {Keyword("none"), *release.WAITS}
    assert release.REASONS <= HOLD_REASONS


def test_the_default_action_is_one_of_those_that_are_supported() -> None:
    group = shown(CONFIG)
    assert names.JOB_RELEASE_ACTION_DEFAULT.get(group) in names.JOB_RELEASE_ACTION_SUPPORTED.all(group)


def test_proofs_have_as_many_copies_as_jobs() -> None:
    group = shown(CONFIG)
    for definition in (names.PROOF_PRINT_COPIES_SUPPORTED, names.PROOF_COPIES_SUPPORTED):
        copies = definition.get(group)
        assert copies is not None
        assert copies.upper == 20


@pytest.mark.parametrize(
    ("access", "disposition", "expected"),
    [
        (None, None, JobStorageAccess.OWNER),
        (JobStorageAccess.PUBLIC, JobStorageDisposition.STORE_ONLY, JobStorageAccess.PUBLIC),
        (JobStorageAccess.PUBLIC, JobStorageDisposition.NONE, None),
    ],
)
def test_a_job_is_stored_for_its_owner_unless_it_says_something_else(
    access: Keyword | None, disposition: Keyword | None, expected: Keyword | None
) -> None:
    assert release.access([release.storage(access, disposition)]) == expected


def test_a_job_that_says_nothing_of_storage_is_not_stored() -> None:
    assert release.access([]) is None
    assert not release.store_only([])
