"""What the server's own converter answers of a document."""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ippserver.converters.limits import WorkerLimits
from ippserver.converters.pool import ConverterPool
from ippserver.documents.task import Task
from ippserver.interfaces import ConversionError
from ippserver.model.conversion import Conversion, Progress, Wanted

_LIMITS: Final = WorkerLimits(page_seconds=60, cpu_seconds=60)


async def answered(tasks: Sequence[Task], documents: Sequence[bytes]) -> str:
    """The reason for a Job to be aborted, "printed", or "another time" where nobody is to blame."""
    with TemporaryDirectory() as folder:
        pool = ConverterPool(Path(folder) / "workers", _LIMITS, workers=1)
        await pool.open()
        contents = [_stream(document) for document in documents]
        try:
            async with pool.convert(list(map(_conversion, tasks)), contents, _ignored):
                return "printed"
        except ConversionError as error:
            return f"{error.reason if error.lasting else 'another time'}: {error}"


def _conversion(task: Task) -> Conversion:
    target = task.target
    return Conversion(
        source_format=task.source_format,
        target=Wanted(
            target.media_type,
            split=target.split,
            dpi=target.dpi,
            raster_type="" if target.pixels is None else str(target.pixels),
            sheet_back=target.sheet_back,
        ),
        attributes=task.attributes,
        number=task.number,
        of_documents=task.of_documents,
        title=task.title,
        password=task.password,
    )


async def _stream(document: bytes) -> AsyncGenerator[bytes, None]:
    yield document


def _ignored(_: Progress) -> None:
    """Nobody asks how far it is."""
