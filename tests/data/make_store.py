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
from ippserver.iana.keywords import JobHoldUntil, JobStateReason, Sides
from ippserver.interfaces import PrinterRecord
from ippserver.ipp.values import Name, NameWithLanguage, RangeOfInteger
from ippserver.model.document import Delivery, Document
from ippserver.model.job import Job, JobDraft
from ippserver.model.states import JobEvent
from ippserver.stores.opening import SCHEMA
from ippserver.stores.sqlite import SqliteStore

CREATED = 1_800_000_000.0
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
        deliveries=(Delivery(output="folder", target=f"{number}-Bericht.pdf", done=number % 2 == 0),),
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


async def fill(store: SqliteStore) -> None:
    """Puts one Job of each state into `store`, a deleted one, and a Printer."""
    await store.open()
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
    await store.close()


def main() -> None:
    """Makes the file."""
    target = Path(__file__).with_name(f"store-v{SCHEMA}.sqlite3")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "store" / target.name
        asyncio.run(fill(SqliteStore(made)))
        shutil.copyfile(made, target)
    print(target)


if __name__ == "__main__":
    main()
