"""Writes `store-vN.sqlite3` beside itself: a store of the schema of the day, to be opened by all later ones.

Run once when a release brings a new schema, and commit the result; never run it again for an old number.
"""

import asyncio
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import (
    JobDelayOutputUntil,
    JobHoldUntil,
    JobPasswordEncryption,
    JobStateReason,
    JobStorageAccess,
    JobStorageDisposition,
    NotifyEvent,
    Sides,
)
from ippserver.interfaces import PrinterRecord
from ippserver.ipp.values import Keyword, Name, NameWithLanguage, OctetString, RangeOfInteger
from ippserver.model import release
from ippserver.model.delivery import Delivery, DeliveryState
from ippserver.model.document import Document
from ippserver.model.job import Job, JobDraft
from ippserver.model.password import Password
from ippserver.model.states import JobEvent
from ippserver.model.subscription import Subscription
from ippserver.stores.opening import SCHEMA
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.desk import Store

CREATED = 1_800_000_000.0
PASSWORD = Password(
    encryption=JobPasswordEncryption.SHA2_256, salt="salt", digest="ab" * 32, tries=2, tried=CREATED
)
STEPS: dict[JobState, tuple[JobEvent, ...]] = {
    JobState.PENDING: (),
    JobState.PENDING_HELD: (JobEvent.HOLD,),
    JobState.PROCESSING: (JobEvent.START,),
    JobState.PROCESSING_STOPPED: (JobEvent.START, JobEvent.PAUSE),
    JobState.CANCELED: (JobEvent.CANCEL,),
    JobState.ABORTED: (JobEvent.START, JobEvent.ABORT),
    JobState.COMPLETED: (JobEvent.START, JobEvent.FINISH),
}


def draft(number: int) -> JobDraft:
    """A draft with something in every field."""
    uuid = f"00000000-0000-4000-8000-{number:012x}"
    document = Document(
        number=1,
        key=f"{uuid}-1",
        format="application/pdf",
        size_octets=1000 * number,
        sha256=f"{number:064x}",
        name=Name("Seite"),
        natural_language="de",
        supplied=(names.DOCUMENT_FORMAT_SUPPLIED.of("application/octet-stream"),),
        deliveries=(
            Delivery(
                output="folder",
                target=f"{number}-Bericht.pdf",
                state=DeliveryState.DONE if number % 2 == 0 else DeliveryState.PENDING,
            ),
        ),
    )
    return JobDraft(
        uuid=uuid,
        printer="/ipp/print",
        user=NameWithLanguage("fr", "Zoë"),
        name=Name(f"Bericht {number} 🙂"),
        charset="utf-8",
        natural_language="de",
        created=CREATED + number,
        state=JobState.PENDING,
        reasons=frozenset({JobStateReason.JOB_QUEUED}),
        priority=10 * number,
        hold_until=JobHoldUntil.NIGHT,
        template=(
            names.COPIES.of(number),
            names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),
            names.PAGE_RANGES.of(RangeOfInteger(1, 2), RangeOfInteger(5, 7)),
        ),
        supplied=(names.JOB_K_OCTETS.of(number),),
        documents=(document, replace(document, number=2, key=f"{uuid}-2", name=None, supplied=())),
        incoming=number == 1,
        touched=CREATED + number + 0.5,
    )


async def fill(store: Store) -> None:
    """Puts one Job of each state into `store`, a deleted one, and a Printer: what schema 1 knows."""
    for number, (state, events) in enumerate(STEPS.items(), 1):
        job = await store.create(draft(number))
        for event in events:

            def change(old: Job, event: JobEvent = event) -> Job:
                return old.on(event, CREATED + 100 + old.id, message=f"Nachricht: {event.name}")

            job = (await store.update(job.id, change)).job
        assert job.state is state
    gone = await store.create(draft(99))
    await store.delete([gone.id])
    record = PrinterRecord(
        path="/ipp/print",
        uuid="00000000-0000-4000-8000-00000000abcd",
        accepting=False,
        paused=True,
        state_changed=CREATED,
        config_digest="digest",
        config_changed=CREATED + 1,
    )
    await store.save_printer(record)


async def fill_later(store: Store) -> None:
    """Puts what later schemas know into `store`: of each field something."""
    stored = release.storage(JobStorageAccess.OWNER, JobStorageDisposition.PRINT_AND_STORE)
    held = await store.create(replace(draft(20), password=PASSWORD, delay_until=JobDelayOutputUntil.WEEKEND))
    moved = await store.create(draft(21))
    kept = await store.create(replace(draft(22), supplied=(stored,)))
    later = names.JOB_RETAIN_UNTIL_INTERVAL.of(3600)
    let_go = await store.create(replace(draft(23), template=(later, names.PROOF_COPIES.of(1))))
    await store.update(moved.id, lambda job: replace(job.without_document(2), moved="0000000001a"))
    for done in (kept, let_go):
        await store.update(done.id, lambda job: job.on(JobEvent.START, CREATED + 200))
        await store.update(
            done.id, lambda job: replace(job, actual=(names.COPIES_ACTUAL.of(1),), proofed=True)
        )
        await store.update(done.id, lambda job: job.on(JobEvent.FINISH, CREATED + 201))
    await store.save_printer(
        PrinterRecord(
            path="/ipp/print/second",
            uuid="00000000-0000-4000-8000-00000000bcde",
            holding=True,
            deactivated=True,
            shut_down=True,
            attributes=(names.PRINTER_LOCATION.of("Küche"), names.COPIES_DEFAULT.of(2)),
            message_at=CREATED + 2,
            levels=(("main", 17), ("black", 3)),
        )
    )
    about_all = Subscription(
        id=4,
        printer="/ipp/print",
        printer_uri="ipp://printer.local/ipp/print",
        user=NameWithLanguage("fr", "Zoë"),
        events=(NotifyEvent.JOB_COMPLETED, NotifyEvent.PRINTER_STATE_CHANGED),
        charset="utf-8",
        natural_language="de",
        attributes=(Keyword(names.COPIES.name),),
        user_data=OctetString(b"\0\xff"),
        time_interval=5,
        lease_seconds=600,
        promised=1000,
    )
    about_one = replace(about_all, id=7, job_id=held.id, lease_seconds=None, promised=0)
    await store.add_subscriptions([about_all, about_one, replace(about_all, id=9)])
    await store.delete_subscriptions([9])


async def make(path: Path) -> None:
    """A store with all of it."""
    store = SqliteStore(path)
    await store.open()
    await fill(store)
    await fill_later(store)
    await store.close()


def main() -> None:
    """Makes the file."""
    target = Path(__file__).with_name(f"store-v{SCHEMA}.sqlite3")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "store" / target.name
        asyncio.run(make(made))
        shutil.copyfile(made, target)
    print(target)


if __name__ == "__main__":
    main()
