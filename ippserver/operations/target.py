"""Which Printer or Job a request is about (RFC 8011 4.1.5), and under which URI it is shown."""

from ippserver.engine.printers import Printer
from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.ipp.values import MAX_INTEGER, Uri
from ippserver.model.errors import BadRequest, Gone, NotFound
from ippserver.model.job import Job
from ippserver.model.uris import InvalidUri, IppUri, job_uri, parse
from ippserver.model.views import At
from ippserver.operations.checks import Inquiry
from ippserver.operations.declare import Target


async def find_target(inquiry: Inquiry) -> None:
    """Fills in the Printer, and the Job where the operation is about one.

    Raises:
        BadRequest: The target is missing, named twice, or no URI.
        NotFound, Gone: There is no such Printer or Job; Gone where it is known to have been there.
    """
    printer_uri = _uri(inquiry, names.PRINTER_URI)
    if inquiry.spec.target is Target.JOB:
        inquiry.printer, job_id = _named_job(inquiry, printer_uri)
        inquiry.job = await _job(inquiry, job_id)
    elif printer_uri is None:
        raise BadRequest("printer-uri is missing.")
    else:
        inquiry.printer = _printer(inquiry, printer_uri)


def _named_job(inquiry: Inquiry, printer_uri: IppUri | None) -> tuple[Printer, int]:
    """The Printer and the job-id, by one of the two ways to name a Job (RFC 8011 4.1.5)."""
    the_job_uri = _uri(inquiry, names.JOB_URI)
    job_id = _job_id(inquiry)
    if the_job_uri is None:
        if printer_uri is None or job_id is None:
            raise BadRequest("The job is not named: job-uri, or printer-uri and job-id.")
        return _printer(inquiry, printer_uri), job_id
    if printer_uri is not None or job_id is not None:
        raise BadRequest("job-uri stands alone, without printer-uri and job-id.")
    printers = inquiry.services.printers
    found = printers.paths.resolve(the_job_uri.path, the_job_uri.query)
    printer = printers.find(found.printer) if found else None
    if found is None or found.job_id is None or printer is None:
        raise NotFound("There is no such job.")
    return printer, found.job_id


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


def _job_id(inquiry: Inquiry) -> int | None:
    attribute = names.JOB_ID.attribute(inquiry.operation)
    if attribute is None:
        return None
    value = attribute.values[0]
    if len(attribute.values) != 1 or type(value) is not int or not 1 <= value <= MAX_INTEGER:
        raise BadRequest("job-id is not one positive integer.")
    return value


def _printer(inquiry: Inquiry, uri: IppUri) -> Printer:
    printers = inquiry.services.printers
    found = printers.paths.resolve(uri.path, uri.query)
    printer = printers.find(found.printer) if found and found.job_id is None else None
    if printer is None:
        raise NotFound("There is no such printer.")
    return printer


async def _job(inquiry: Inquiry, job_id: int) -> Job:
    path = inquiry.printer.path
    job = await inquiry.services.jobs.get(job_id)
    if job is not None and job.printer == path:
        return job
    if job is None and await inquiry.services.jobs.forgotten(job_id) == path:
        raise Gone
    raise NotFound("There is no such job.")


def shown_at(inquiry: Inquiry, now: float) -> At:
    """The moment and the URI for everything that the answer shows.

    The URI is the client's own where it names the host and port that the client connected to, so that what it
    gets back is octet by octet what it sent; else it is built from the connection (PWG 5100.14 5.1.1).
    """
    return At(now=now, up_time=inquiry.services.up_time, printer_uri=_printer_uri(inquiry))


def _printer_uri(inquiry: Inquiry) -> str:
    origin = inquiry.origin
    built = f"{origin.scheme}://{origin.authority}{inquiry.printer.path}"
    sent = _sent_uri(inquiry)
    if sent is None:
        return built
    one, other = parse(sent), parse(built)
    there = (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
    return sent if there and one.userinfo is None else built


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
