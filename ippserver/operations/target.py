"""Which Printer or Job a request is about (RFC 8011 4.1.5), and under which URI it is shown."""

from typing import Final

from ippserver.engine.channel import Channel
from ippserver.engine.printer import Printer
from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import JobState
from ippserver.interfaces import JobQuery
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import MAX_INTEGER, Uri
from ippserver.model.errors import BadRequest, Gone, NotFound
from ippserver.model.job import Job
from ippserver.model.states import TERMINAL
from ippserver.model.uris import InvalidUri, IppUri, job_uri, parse
from ippserver.model.uris import Target as Named
from ippserver.model.views import At
from ippserver.operations.checks import Inquiry
from ippserver.operations.declare import Target

_NO_PRINTER: Final = "There is no such printer."
_NO_JOB: Final = "There is no such job."
_NO_DOCUMENT: Final = "The job has no such document."


async def find_target(inquiry: Inquiry) -> None:
    """Fills in the Printer, and the Job or the Subscriptions where the operation is about them.

    Raises:
        BadRequest: The target is missing, named twice, or no URI.
        NotFound, Gone: There is no such Printer, Job or Subscription; Gone where a Job is known to have been.
    """
    printer_uri = _uri(inquiry, names.PRINTER_URI)
    match inquiry.spec.target:
        case Target.JOB:
            await _find_job(inquiry, *_named_job(inquiry, printer_uri))
        case Target.DOCUMENT:
            await _find_job(inquiry, *_named_job(inquiry, printer_uri))
            _find_document(inquiry)
        case Target.SERVER:
            _find_default(inquiry)
        case _ if printer_uri is None:
            raise BadRequest("printer-uri is missing.")
        case _:
            _find_printer(inquiry, _named(inquiry, printer_uri, _NO_PRINTER))
            await _find_watched(inquiry)


def _uri(inquiry: Inquiry, definition: AttributeDef[Uri]) -> IppUri | None:
    attribute = definition.attribute(inquiry.operation)
    if attribute is None:
        return None
    if len(attribute.values) != 1 or type(attribute.values[0]) is not Uri:
        raise BadRequest(f"{definition.name} is not one URI.")
    text, fragment, _ = attribute.values[0].partition("#")
    try:
        uri = parse(text)
    except InvalidUri as error:
        raise BadRequest(f"{definition.name} is no URI of a printer or job: {error}.") from error
    if fragment:  # which RFC 3510 4.5 does not know: it is a URI, but nothing of ours
        raise NotFound(f"{definition.name} has a fragment, which names no printer and no job.")
    return uri


def _named(inquiry: Inquiry, uri: IppUri, otherwise: str) -> Named:
    found = inquiry.services.printers.paths.resolve(uri.path, uri.query)
    if found is None:
        raise NotFound(otherwise)
    inquiry.alias = found.alias
    return found


# ---- Printers


def _find_printer(inquiry: Inquiry, named: Named) -> None:
    if named.job_id is not None:
        raise NotFound(_NO_PRINTER)
    if named.printer is not None:
        inquiry.printer = _printer(inquiry, named.printer, _NO_PRINTER)
    elif inquiry.spec.everywhere:
        _find_default(inquiry)
    else:
        raise NotFound(_NO_PRINTER)


def _find_default(inquiry: Inquiry) -> None:
    inquiry.printer = inquiry.services.printers.default
    inquiry.everywhere = inquiry.alias = True


def _printer(inquiry: Inquiry, path: str, otherwise: str) -> Printer:
    printer = inquiry.services.printers.find(path)
    if printer is None:
        raise NotFound(otherwise)
    return printer


# ---- Jobs


def _named_job(inquiry: Inquiry, printer_uri: IppUri | None) -> tuple[str | None, int]:
    """The path of the Printer, if it is named, and the job-id, in one of the two ways (RFC 8011 4.1.5)."""
    the_job_uri = _uri(inquiry, names.JOB_URI)
    job_id = names.JOB_ID.attribute(inquiry.operation)
    if the_job_uri is None:
        if printer_uri is None or job_id is None:
            raise BadRequest("The job is not named: job-uri, or printer-uri and job-id.")
        named = _named(inquiry, printer_uri, _NO_PRINTER)
        number = _number(job_id, least=0 if named.alias else 1)
        if named.job_id is not None:
            raise NotFound(_NO_PRINTER)
        return named.printer, number
    if printer_uri is not None or job_id is not None:
        raise BadRequest("job-uri stands alone, without printer-uri and job-id.")
    named = _named(inquiry, the_job_uri, _NO_JOB)
    if named.job_id is None:
        raise NotFound(_NO_JOB)
    return named.printer, named.job_id


def _number(job_id: Attribute, least: int) -> int:
    value = job_id.values[0]
    if len(job_id.values) != 1 or type(value) is not int or not least <= value <= MAX_INTEGER:
        raise BadRequest("job-id is not one positive integer.")
    return value


async def _find_job(inquiry: Inquiry, path: str | None, job_id: int) -> None:
    """Fills in the Job of the Printer at `path`, or of whichever Printer has it."""
    jobs = inquiry.services.jobs
    if path is not None:
        inquiry.printer = _printer(inquiry, path, _NO_PRINTER)
    job = await (jobs.get(job_id) if job_id else _next_to_end(inquiry, path))
    if job is not None and path in (None, job.printer):
        inquiry.printer = _printer(inquiry, job.printer, _NO_JOB)
        inquiry.job = job
        return
    forgotten = await jobs.forgotten(job_id) if job is None else None
    if forgotten is not None and path in (None, forgotten):
        raise Gone
    raise NotFound(_NO_JOB)


async def _next_to_end(inquiry: Inquiry, path: str | None) -> Job | None:
    """The Job that CUPS's programs call 0 (`cancel NAME`), and put in its place; None where all is done."""
    waiting = frozenset(JobState) - TERMINAL
    found = await inquiry.services.jobs.query(JobQuery(printer=path, states=waiting, limit=1))
    for job in found:
        named = [each for each in inquiry.operation if each.name != names.JOB_ID.name]
        inquiry.operation = AttributeGroup(GroupTag.OPERATION, [*named, names.JOB_ID.of(job.id)])
        return job
    return None


# ---- Subscriptions


async def _find_watched(inquiry: Inquiry) -> None:
    """Fills in the Job or the Subscriptions that the operation names by attributes of their own."""
    if inquiry.spec.target is Target.WATCHED_JOB:
        for job_id in _ids(inquiry, names.NOTIFY_JOB_ID):
            await _find_job(inquiry, inquiry.printer.path, job_id)
    elif inquiry.spec.target is Target.SUBSCRIPTION:
        (definition,) = inquiry.spec.requires
        ids = dict.fromkeys(_ids(inquiry, definition, many=definition == names.NOTIFY_SUBSCRIPTION_IDS))
        inquiry.subscriptions = tuple(_subscription(inquiry, each) for each in ids)


def _ids(inquiry: Inquiry, definition: AttributeDef[int], *, many: bool = False) -> tuple[int, ...]:
    """The ids in `definition`; none where it is absent and may be."""
    attribute = definition.attribute(inquiry.operation)
    if attribute is None:
        if definition in inquiry.spec.requires:
            raise BadRequest(f"{definition.name} is missing.")
        return ()
    ids = tuple(value for value in attribute.values if type(value) is int and value >= 1)
    if len(ids) != len(attribute.values) or (len(ids) > 1 and not many):
        raise BadRequest(f"{definition.name} has a value that it cannot have.")
    return ids


def _subscription(inquiry: Inquiry, subscription_id: int) -> Channel:
    channel = inquiry.services.events.subscriptions.find(subscription_id)
    if channel is None or channel.subscription.printer != inquiry.printer.path:
        raise NotFound("There is no such subscription.")
    return channel


def _find_document(inquiry: Inquiry) -> None:
    """Fills in the Document of the Job (PWG 5100.5 4.3)."""
    numbers = _ids(inquiry, names.DOCUMENT_NUMBER)
    if not numbers:
        raise BadRequest("document-number is missing.")
    documents = inquiry.job.documents if inquiry.job is not None else ()
    inquiry.document = next((one for one in documents if one.number in numbers), None)
    if inquiry.document is None:
        raise NotFound(_NO_DOCUMENT)


# ---- how it is shown


def shown_at(inquiry: Inquiry, now: float) -> At:
    """The moment and the URI for everything that the answer shows.

    The URI is the client's own where it names the Printer, and the host and port that the client connected
    to, so that what it gets back is octet by octet what it sent; else it is built from the connection (PWG
    5100.14 5.1.1). Whoever asks by an alias is answered with it, and in cupsd's time: printer-up-time counts
    from 1970, since CUPS's programs show the times of Printers and Jobs as dates. Like cupsd it has one URI
    then: the programs (CUPS 2.4) take the values of printer-uri-supported together for one.
    """
    path = inquiry.printer.path
    up_time, schemes = inquiry.services.up_time, inquiry.services.schemes
    if inquiry.alias:
        schemes = ()
        path, up_time = inquiry.services.printers.paths.alias(path), max(1, int(now))
    built = inquiry.origin.uri(path)
    sent = _sent_uri(inquiry)
    if sent is None or not _is_there(inquiry, parse(sent), parse(built)):
        sent = built
    return At(now=now, up_time=up_time, printer_uri=sent, language=inquiry.language.tag, schemes=schemes)


def _is_there(inquiry: Inquiry, sent: IppUri, built: IppUri) -> bool:
    """Whether `sent` names the Printer, and the host and port of `built`."""
    if (sent.scheme, sent.host, sent.port) != (built.scheme, built.host, built.port):
        return False
    found = inquiry.services.printers.paths.resolve(sent.path, sent.query)
    is_printer = found is not None and (found.printer, found.job_id) == (inquiry.printer.path, None)
    return is_printer and sent.userinfo is None


def _sent_uri(inquiry: Inquiry) -> str | None:
    """The Printer's URI as the client wrote it, perhaps within that of a Job, which has not its query."""
    uri = names.JOB_URI.get(inquiry.operation)
    if uri is None or inquiry.job is None:
        return names.PRINTER_URI.get(inquiry.operation)
    base = uri.removesuffix(f"/{inquiry.job.id}")
    if job_uri(base, inquiry.job.id) != uri:
        return None  # it ends in another form of the job-id, such as an escape
    _, mark, query = inquiry.printer.path.partition("?")
    return f"{base}{mark}{query}"
