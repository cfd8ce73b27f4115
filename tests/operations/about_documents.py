"""Short words for what tests ask of the Documents of a Job."""

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.testing.desk import URI, Answer, Desk


async def ask(
    desk: Desk,
    operation: Operation,
    job_id: int,
    number: int | None = None,
    *attributes: Attribute,
    group: list[Attribute] | None = None,
    user: str = "alice",
    document: bytes = b"",
) -> Answer:
    """The answer to a request about a Job, or about the Document of that number, with a document group."""
    target = [names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id)]
    if number is not None:
        target.append(names.DOCUMENT_NUMBER.of(number))
    return await desk.ask(
        operation,
        *attributes,
        target=target,
        user=user,
        document=document,
        more=[] if group is None else [AttributeGroup(GroupTag.DOCUMENT, group)],
    )


def shown(answer: Answer) -> list[AttributeGroup]:
    """Every document group of the answer."""
    return [group for group in answer.response.groups if group.tag == GroupTag.DOCUMENT]


async def one(
    desk: Desk, job_id: int, number: int = 1, *requested: str, user: str = "alice"
) -> AttributeGroup:
    """What Get-Document-Attributes shows."""
    wanted = [names.REQUESTED_ATTRIBUTES.of(*map(Keyword, requested))] if requested else []
    answer = await ask(desk, Operation.GET_DOCUMENT_ATTRIBUTES, job_id, number, *wanted, user=user)
    assert answer.status is Status.SUCCESSFUL_OK
    (group,) = shown(answer)
    return group


async def state(desk: Desk, job_id: int, number: int = 1) -> int | None:
    """document-state."""
    return names.DOCUMENT_STATE.get(await one(desk, job_id, number))


async def job_of_three(desk: Desk) -> int:
    """A Job of three documents that waits to be printed."""
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    for number in (1, 2, 3):
        name = names.DOCUMENT_NAME.of(f"part {number}")
        last = names.LAST_DOCUMENT.of(number == 3)
        await ask(desk, Operation.SEND_DOCUMENT, job_id, None, last, name, document=b"%%PDF-1.7 %d" % number)
    return job_id
