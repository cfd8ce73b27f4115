"""How an operation is declared, and what its handler gets."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.ipp.tags import GroupTag
from ippserver.model.access import Access
from ippserver.operations.declare import COMMON, JOB_TARGET, Call, Reply, Target, job_group_of, operation


@pytest.mark.parametrize(("target", "names_of_jobs"), [(Target.PRINTER, False), (Target.JOB, True)])
def test_the_common_attributes_are_accepted_without_being_named(target: Target, names_of_jobs: bool) -> None:
    @operation(Operation.GET_JOBS, target=target, access=Access.QUERY, spec="RFC 8011 4.2.6")
    async def handler(call: Call) -> Reply:
        return Reply()

    assert {definition.name for definition in COMMON} <= handler.accepts
    assert ({definition.name for definition in JOB_TARGET} <= handler.accepts) is names_of_jobs


def test_what_is_required_is_accepted() -> None:
    @operation(
        Operation.SEND_DOCUMENT,
        target=Target.JOB,
        access=Access.OWN,
        requires=(names.LAST_DOCUMENT,),
        spec="RFC 8011 4.3.1",
    )
    async def handler(call: Call) -> Reply:
        return Reply()

    assert names.LAST_DOCUMENT.name in handler.accepts


def test_a_job_group_holds_its_attributes_in_order() -> None:
    group = job_group_of([names.JOB_ID.of(1), names.COPIES.of(2)])
    assert group.tag == GroupTag.JOB
    assert [attribute.name for attribute in group] == [names.JOB_ID.name, names.COPIES.name]
