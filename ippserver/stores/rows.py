"""Jobs and Documents as rows of SQLite and back; attributes as IPP octets (ARCHITECTURE, Settled c)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from sqlite3 import Connection
from typing import Any, Final, TypeAlias

from ippserver.iana import names
from ippserver.iana.enums import DocumentState, JobState
from ippserver.interfaces import PrinterRecord, StoreError
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.encoder import encode_message
from ippserver.ipp.errors import MalformedMessage
from ippserver.ipp.limits import CLIENT_LIMITS
from ippserver.ipp.message import Response
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, OctetString
from ippserver.model.access import user_name
from ippserver.model.amount import NOTHING, Amount, Kinds
from ippserver.model.delivery import Delivery, DeliveryState, Failure, LeftBehind
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.password import Password
from ippserver.model.scheduling import wait_attributes
from ippserver.stores import texts
from ippserver.stores.order import LIVE_RANK, MAX_FORGOTTEN, ended, let_go, proof, stored, undelivered

SqlValue: TypeAlias = str | int | float | bytes | None
Row: TypeAlias = tuple[Any, ...]  # Any: sqlite3 says no more of what it reads; STRICT tables keep the types

_VERSION: Final = (1, 1)  # of the messages that attributes are kept in
_NOTHING: Final = AttributeGroup(GroupTag.DOCUMENT)

_JOB_COLUMNS: Final = (
    "uuid, printer, user, state, reasons, message, priority, charset, natural_language, created, touched,"
    " processing_since, completed, attempts, incoming, attributes, octets, live, ended, moved, let_go,"
    " password, proofed, stored, proof, undelivered"
)
_INSERT_JOB: Final = f"INSERT INTO jobs ({_JOB_COLUMNS}) VALUES ({', '.join('?' * 26)})"
_UPDATE_JOB: Final = f"UPDATE jobs SET ({_JOB_COLUMNS}) = ({', '.join('?' * 26)}) WHERE id = ?"
SELECT_JOBS: Final = (
    "SELECT id, uuid, printer, state, reasons, message, priority, charset, natural_language, created,"
    " touched, processing_since, completed, attempts, incoming, attributes, moved, password, proofed"
    " FROM jobs"
)
_DOCUMENT_COLUMNS: Final = (
    "number, key, format, octets, sha256, natural_language, attributes, deliveries,"
    " state, reasons, created, processing_since, completed, counts, left_behind"
)
_PUT_DOCUMENT: Final = f"REPLACE INTO documents (job_id, {_DOCUMENT_COLUMNS}) VALUES ({', '.join('?' * 16)})"
_SELECT_DOCUMENTS: Final = f"SELECT {_DOCUMENT_COLUMNS} FROM documents WHERE job_id = ? ORDER BY number"
_TRIM_FORGOTTEN: Final = (
    "DELETE FROM forgotten WHERE id <= (SELECT id FROM forgotten ORDER BY id DESC LIMIT 1 OFFSET ?)"
)


def insert_job(connection: Connection, job: Job) -> int:
    """Stores `job`, whose id does not count, and answers the id it gets."""
    new_id = connection.execute(_INSERT_JOB, _job_row(job)).lastrowid
    assert new_id is not None, "an INSERT of one row has its id"
    connection.executemany(_PUT_DOCUMENT, [_document_row(new_id, document) for document in job.documents])
    return new_id


def replace_job(connection: Connection, before: Job, after: Job) -> None:
    """Stores `after` in the place of `before`, and of its Documents those that are not the same."""
    connection.execute(_UPDATE_JOB, (*_job_row(after), after.id))
    if after.documents is before.documents:
        return
    numbers = {document.number for document in after.documents}
    gone = [(before.id, document.number) for document in before.documents if document.number not in numbers]
    connection.executemany("DELETE FROM documents WHERE job_id = ? AND number = ?", gone)
    texts.delete(connection, gone)
    known = {document.number: document for document in before.documents}
    changed = [document for document in after.documents if known.get(document.number) != document]
    connection.executemany(_PUT_DOCUMENT, [_document_row(after.id, document) for document in changed])


def delete_jobs(connection: Connection, jobs: Iterable[Job]) -> None:
    """Removes `jobs`, and remembers that they were there."""
    rows = [(job.id, job.printer) for job in jobs]
    connection.executemany("DELETE FROM jobs WHERE id = ?", [(job_id,) for job_id, _ in rows])
    connection.executemany("REPLACE INTO forgotten VALUES (?, ?)", rows)
    connection.execute(_TRIM_FORGOTTEN, (MAX_FORGOTTEN,))


def load_job(connection: Connection, job_id: int) -> Job | None:
    """The Job, or None."""
    return next(load_jobs(connection, f"{SELECT_JOBS} WHERE id = ?", (job_id,)), None)


def load_jobs(connection: Connection, select: str, parameters: Iterable[SqlValue]) -> Iterator[Job]:
    """The Jobs of `select`, which begins with SELECT_JOBS, in its order."""
    for row in connection.execute(select, tuple(parameters)).fetchall():
        documents = connection.execute(_SELECT_DOCUMENTS, (row[0],)).fetchall()
        yield _job(row, tuple(map(_document, documents)))


def load_forgotten(connection: Connection, job_id: int) -> str | None:
    """The path of the Printer that had the deleted Job, or None."""
    row = connection.execute("SELECT printer FROM forgotten WHERE id = ?", (job_id,)).fetchone()
    return None if row is None else str(row[0])


def load_keys(connection: Connection) -> frozenset[str]:
    """The keys of every Document in the spool."""
    return frozenset(key for (key,) in connection.execute("SELECT key FROM documents WHERE key > ''"))


def save_printer(connection: Connection, record: PrinterRecord) -> None:
    """Stores `record` in the place of the one with its path."""
    row = (
        record.path,
        record.uuid,
        record.accepting,
        record.paused,
        record.state_changed,
        record.config_digest,
        record.config_changed,
        record.holding,
        record.deactivated,
        record.shut_down,
        as_octets(record.attributes) if record.attributes else b"",
        record.message_at,
        json.dumps(record.levels),
        record.dns_sd_name,
    )
    connection.execute(f"REPLACE INTO printers VALUES ({', '.join('?' * len(row))})", row)


def load_printer(connection: Connection, path: str) -> PrinterRecord | None:
    """The record of the Printer at `path`, or None."""
    row = connection.execute("SELECT * FROM printers WHERE path = ?", (path,)).fetchone()
    if row is None:
        return None
    path, uuid, accepting, paused, state_changed, config_digest, config_changed, *later = row
    holding, deactivated, shut_down, attributes, message_at, levels, dns_sd_name = later
    return PrinterRecord(
        path=path,
        uuid=uuid,
        accepting=bool(accepting),
        paused=bool(paused),
        state_changed=state_changed,
        config_digest=config_digest,
        config_changed=config_changed,
        holding=bool(holding),
        deactivated=bool(deactivated),
        shut_down=bool(shut_down),
        attributes=as_groups(attributes)[0].attributes if attributes else (),
        message_at=message_at,
        levels=tuple((name, level) for name, level in json.loads(levels)),
        dns_sd_name=dns_sd_name,
    )


def _job_row(job: Job) -> tuple[SqlValue, ...]:
    described = [names.JOB_NAME.of(job.name), names.JOB_ORIGINATING_USER_NAME.of(job.user)]
    described += wait_attributes(job)
    if job.last_deleted:
        described.append(names.DOCUMENT_NUMBER.of(job.last_deleted))
    return (
        job.uuid,
        job.printer,
        user_name(job),
        int(job.state),
        " ".join(sorted(job.reasons)),
        job.message,
        job.priority,
        job.charset,
        job.natural_language,
        job.created,
        job.touched,
        job.processing_since,
        job.completed,
        job.attempts,
        job.incoming,
        as_octets(described, job.template, job.supplied, job.actual),
        job.retained_octets,
        LIVE_RANK.get(job.state),
        ended(job),
        job.moved or None,
        let_go(job),
        _password_text(job.password),
        job.proofed,
        stored(job),
        proof(job),
        undelivered(job),
    )


def _job(row: Row, documents: tuple[Document, ...]) -> Job:
    described, template, supplied, *later = as_groups(row[15])
    name, user = names.JOB_NAME.get(described), names.JOB_ORIGINATING_USER_NAME.get(described)
    if name is None or user is None:
        raise StoreError(f"job {row[0]} in the store has no name or no user")
    return Job(
        id=row[0],
        uuid=row[1],
        printer=row[2],
        user=user,
        name=name,
        state=JobState(row[3]),
        reasons=frozenset(map(Keyword, row[4].split())),
        message=row[5],
        priority=row[6],
        charset=row[7],
        natural_language=row[8],
        created=row[9],
        touched=row[10],
        processing_since=row[11],
        completed=row[12],
        attempts=row[13],
        incoming=bool(row[14]),
        moved=row[16] or "",
        last_deleted=names.DOCUMENT_NUMBER.get(described) or 0,
        password=_password(row[17]),
        proofed=bool(row[18]),
        hold_until=names.JOB_HOLD_UNTIL_TIME.get(described) or names.JOB_HOLD_UNTIL.get(described),
        delay_until=names.JOB_DELAY_OUTPUT_UNTIL_TIME.get(described)
        or names.JOB_DELAY_OUTPUT_UNTIL.get(described),
        template=template.attributes,
        supplied=supplied.attributes,
        actual=later[0].attributes if later else (),
        documents=documents,
    )


def _password_text(password: Password | None) -> str | None:
    if password is None:
        return None
    return json.dumps((password.encryption, password.salt, password.digest, password.tries, password.tried))


def _password(text: str | None) -> Password | None:
    if text is None:
        return None
    encryption, salt, digest, tries, tried = json.loads(text)
    return Password(encryption=Keyword(encryption), salt=salt, digest=digest, tries=tries, tried=tried)


def _document_row(job_id: int, document: Document) -> tuple[SqlValue, ...]:
    described = [] if document.name is None else [names.DOCUMENT_NAME.of(document.name)]
    if document.password is not None:
        described.append(names.DOCUMENT_PASSWORD.of(OctetString(document.password.encode())))
    groups = (described, document.supplied, document.template)
    return (
        job_id,
        document.number,
        document.key,
        document.format,
        document.size_octets,
        document.sha256,
        document.natural_language,
        as_octets(*groups) if any(groups) else b"",
        json.dumps(list(map(_delivery_json, document.deliveries))),
        int(document.state),
        " ".join(sorted(document.reasons)),
        document.created,
        document.processing_since,
        document.completed,
        _counts_text(document),
        json.dumps(document.left_behind) if document.left_behind else None,
    )


def _document(row: Row) -> Document:
    number, key, media_type, octets, sha256, natural_language, attributes, deliveries, *progress = row
    state, reasons, created, processing_since, completed, counts, left_behind = progress
    extent, done, before = _counts(counts)
    described, supplied, *later = as_groups(attributes) if attributes else (_NOTHING, _NOTHING)
    password = names.DOCUMENT_PASSWORD.get(described)
    return Document(
        number=number,
        key=key,
        format=media_type,
        size_octets=octets,
        sha256=sha256,
        name=names.DOCUMENT_NAME.get(described),
        natural_language=natural_language,
        template=later[0].attributes if later else (),
        supplied=supplied.attributes,
        state=DocumentState(state),
        reasons=frozenset(map(Keyword, reasons.split())),
        created=created,
        processing_since=processing_since,
        completed=completed,
        deliveries=tuple(map(_delivery, json.loads(deliveries))),
        left_behind=tuple(LeftBehind(*each) for each in json.loads(left_behind or "[]")),
        extent=extent,
        done=done,
        before=before,
        password=None if password is None else password.decode(),
    )


def _counts_text(document: Document) -> str | None:
    if document.extent is None and document.printed == NOTHING:
        return None
    amounts = (document.extent, document.done, document.before)
    return json.dumps([each and astuple(each) for each in amounts])


def _counts(text: str | None) -> tuple[Amount | None, Amount, Amount]:
    if text is None:
        return None, NOTHING, NOTHING
    extent, done, *before = json.loads(text)
    return extent and _amount(extent), _amount(done), _amount(before[0]) if before else NOTHING


def _amount(known: list[Any]) -> Amount:  # Any: what json.loads answers
    """Kinds are not known of what earlier versions counted."""
    pages, impressions, sheets, *kinds = known
    of_pages, of_impressions, of_sheets = map(_kinds, kinds or (None, None, None))
    return Amount(
        pages=pages,
        impressions=impressions,
        sheets=sheets,
        kinds_of_pages=of_pages,
        kinds_of_impressions=of_impressions,
        kinds_of_sheets=of_sheets,
    )


def _kinds(known: list[int] | None) -> Kinds | None:
    return None if known is None else Kinds.of(known)


def _delivery_json(delivery: Delivery) -> list[Any]:  # Any: as JSON has it
    history = [(failure.at, failure.error, failure.reason) for failure in delivery.history]
    tries = (delivery.state.value, delivery.attempts, delivery.due, history)
    return [delivery.output, delivery.target, *tries, delivery.together, delivery.as_one, delivery.missed]


def _delivery(known: list[Any]) -> Delivery:
    output, target, state, attempts, due, history, *later = known
    return Delivery(
        output=output,
        target=target,
        state=DeliveryState(state),
        attempts=attempts,
        due=due,
        history=tuple(Failure(*failure) for failure in history),
        together=later[0] if later else 0,
        as_one=later[1] if len(later) > 1 else True,
        missed=later[2] if len(later) > 2 else "",
    )


def as_octets(*groups: Iterable[Attribute]) -> bytes:
    """The groups as a message; which is which, their order says."""
    return encode_message(_VERSION, 0, 0, [AttributeGroup(GroupTag.JOB, group) for group in groups])


def as_groups(octets: bytes) -> tuple[AttributeGroup, ...]:
    """What `as_octets` made octets of."""
    decoder = Decoder(Response, CLIENT_LIMITS)
    try:
        decoder.feed(octets)
        decoder.finish()
    except MalformedMessage as error:
        raise StoreError(f"the store is damaged: {error}") from error
    return decoder.message.groups
