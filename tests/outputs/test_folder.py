import asyncio
import errno
import fcntl
import grp
import hashlib
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from ippserver.interfaces import NoSuchDocument, OutputError, Parcel
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.outputs.folder import FolderOutput
from ippserver.testing.fakes import FailingDisk, job_draft, stream

LARGE = [b"x" * 700_000] * 4


def _parcel(pieces: Sequence[bytes], *, job_id: int = 1, name: str = "report", user: str = "alice") -> Parcel:
    octets = b"".join(pieces)
    document = Document(
        number=1,
        key=f"{job_id:x}-1",
        format="application/pdf",
        size_octets=len(octets),
        sha256=hashlib.sha256(octets).hexdigest(),
    )
    return Parcel(
        job=Job.of(job_draft(name=name, user=user), job_id), document=document, printer_name="Office"
    )


async def _deliver(
    output: FolderOutput, pieces: Sequence[bytes], job_id: int = 1, name: str = "report"
) -> str:
    parcel = _parcel(pieces, job_id=job_id, name=name)
    return await output.deliver(parcel, await output.plan(parcel), [stream(pieces)])


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
async def output(tmp_path: Path) -> FolderOutput:
    made = FolderOutput("folder", tmp_path / "prints", template="{name}{ext}")
    await made.open()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "prints"


@pytest.mark.parametrize("pieces", [[], [b"small"], LARGE], ids=["empty", "small", "large"])
async def test_a_document_becomes_a_file_with_its_octets(
    output: FolderOutput, folder: Path, pieces: Sequence[bytes]
) -> None:
    assert await _deliver(output, pieces) == "report.pdf"
    assert _files(folder) == {"report.pdf": b"".join(pieces)}


async def test_the_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    await FolderOutput("folder", tmp_path / "a" / "b").open()
    assert (tmp_path / "a" / "b").is_dir()


async def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="output folder"):
        await FolderOutput("folder", tmp_path / "file").open()


async def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Read-only"):
        await FolderOutput("folder", tmp_path, disk=FailingDisk("open", error=errno.EROFS)).open()


def test_a_template_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="nonsense"):
        FolderOutput("folder", tmp_path, template="{nonsense}")


async def test_files_are_never_replaced(output: FolderOutput, folder: Path) -> None:
    for number in range(1, 6):
        await _deliver(output, [bytes([number])], job_id=number)
    expected = {"report.pdf": b"\1"} | {f"report ({number}).pdf": bytes([number]) for number in range(2, 6)}
    assert _files(folder) == expected


async def test_what_others_put_there_is_never_replaced(output: FolderOutput, folder: Path) -> None:
    (folder / "report.pdf").symlink_to(folder / "elsewhere")
    (folder / "report (2).pdf").mkdir()
    os.mkfifo(folder / "report (3).pdf")
    assert await _deliver(output, [b"new"]) == "report (4).pdf"
    assert not (folder / "elsewhere").exists()


async def test_a_name_taken_after_it_was_planned_is_left_alone(output: FolderOutput, folder: Path) -> None:
    parcel = _parcel([b"ours"])
    target = await output.plan(parcel)
    (folder / target).write_bytes(b"theirs")
    assert await output.deliver(parcel, target, [stream([b"ours"])]) == "report (2).pdf"
    assert _files(folder) == {"report.pdf": b"theirs", "report (2).pdf": b"ours"}


async def test_a_name_taken_while_the_document_is_written_is_left_alone(
    output: FolderOutput, folder: Path
) -> None:
    parcel = _parcel([b"ours"])
    target = await output.plan(parcel)

    async def content() -> AsyncIterator[bytes]:
        yield b"ours"
        await asyncio.to_thread((folder / target).write_bytes, b"theirs")

    assert await output.deliver(parcel, target, [content()]) == "report (2).pdf"
    assert _files(folder) == {"report.pdf": b"theirs", "report (2).pdf": b"ours"}


async def test_jobs_that_are_planned_at_the_same_time_get_names_of_their_own(
    output: FolderOutput, folder: Path
) -> None:
    parcels = [_parcel([b"same"], job_id=number) for number in range(1, 9)]
    targets = await asyncio.gather(*(output.plan(parcel) for parcel in parcels))
    assert len(set(targets)) == 8
    async with asyncio.TaskGroup() as tasks:
        for parcel, target in zip(parcels, targets, strict=True):
            tasks.create_task(output.deliver(parcel, target, [stream([b"same"])]))
    assert _files(folder) == dict.fromkeys(targets, b"same")


async def test_planning_again_gives_the_same_name(output: FolderOutput) -> None:
    parcel = _parcel([b"once"])
    assert await output.plan(parcel) == await output.plan(parcel)


async def test_many_files_of_one_name_are_passed_over_quickly(tmp_path: Path) -> None:
    for number in range(2, 1000):
        (tmp_path / f"report ({number}).pdf").touch()
    (tmp_path / "report.pdf").touch()
    output = FolderOutput("folder", tmp_path, template="{name}{ext}")
    await output.open()
    assert await output.plan(_parcel([b""])) == "report (1000).pdf"


@pytest.mark.parametrize("pieces", [[], [b"once"], LARGE], ids=["empty", "small", "large"])
async def test_a_document_delivered_before_a_crash_is_not_delivered_again(
    folder: Path, pieces: Sequence[bytes]
) -> None:
    first = FolderOutput("folder", folder, template="{name}{ext}")
    await first.open()
    parcel = _parcel(pieces)
    target = await first.plan(parcel)
    await first.deliver(parcel, target, [stream(pieces)])
    second = FolderOutput("folder", folder, template="{name}{ext}")
    await second.open()
    assert await second.deliver(parcel, target, [stream(pieces)]) == target
    assert _files(folder) == {"report.pdf": b"".join(pieces)}


async def test_a_planned_document_is_delivered_after_a_restart(folder: Path) -> None:
    first = FolderOutput("folder", folder)
    await first.open()
    parcel = _parcel([b"once"])
    target = await first.plan(parcel)
    second = FolderOutput("folder", folder)
    await second.open()
    assert await second.deliver(parcel, target, [stream([b"once"])]) == target
    assert _files(folder) == {"1-report.pdf": b"once"}


async def test_a_half_written_file_of_a_crash_is_swept_and_foreign_ones_are_not(folder: Path) -> None:
    (folder / ".ippserver-folder.part").mkdir(parents=True)
    for name in (".ippserver-0123.part", ".ippserver-notes", ".other.part", "a.part"):
        (folder / name).touch()
    await FolderOutput("folder", folder).open()
    assert sorted(_files(folder)) == [".ippserver-notes", ".other.part", "a.part"]


async def test_a_file_that_somebody_is_writing_is_not_swept(output: FolderOutput, folder: Path) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield b"one"
        await FolderOutput("other", folder).open()
        yield b"two"

    parcel = _parcel([b"onetwo"])
    await output.deliver(parcel, await output.plan(parcel), [content()])
    assert _files(folder) == {"report.pdf": b"onetwo"}


FAULTS = [("open", 3), ("write", 1), ("fsync", 1), ("link", 1), ("unlink", 1), ("fsync", 2)]


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EMFILE])
@pytest.mark.parametrize(("operation", "fails_at"), FAULTS)
@pytest.mark.parametrize("pieces", [[b"small"], LARGE], ids=["small", "large"])
async def test_a_call_that_fails_leaves_nothing_half_and_a_second_run_delivers_once(
    folder: Path, operation: str, fails_at: int, error: int, pieces: Sequence[bytes]
) -> None:
    disk = FailingDisk()
    output = FolderOutput("folder", folder, disk=disk)
    await output.open()
    disk.calls.clear()
    disk.operation, disk.fails_at, disk.error = operation, fails_at, error
    parcel = _parcel(pieces)
    target = await output.plan(parcel)
    with pytest.raises(OutputError, match="output folder"):
        await output.deliver(parcel, target, [stream(pieces)])
    assert set(_files(folder)) <= {target}
    assert await output.deliver(parcel, target, [stream(pieces)]) == target
    assert _files(folder) == {target: b"".join(pieces)}


@pytest.mark.parametrize("pieces", [[b"small"], LARGE], ids=["small", "large"])
async def test_content_that_fails_leaves_nothing_and_its_reason(
    output: FolderOutput, folder: Path, pieces: Sequence[bytes]
) -> None:
    parcel = _parcel(pieces)
    with pytest.raises(NoSuchDocument):
        await output.deliver(parcel, await output.plan(parcel), [stream(pieces, then=NoSuchDocument())])
    assert _files(folder) == {}


async def test_a_cancelled_delivery_leaves_nothing(output: FolderOutput, folder: Path) -> None:
    begun = asyncio.Event()

    async def content() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        begun.set()
        await asyncio.Event().wait()

    parcel = _parcel([b""])
    delivering = asyncio.ensure_future(output.deliver(parcel, await output.plan(parcel), [content()]))
    async with asyncio.timeout(20):
        await begun.wait()
    delivering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await delivering
    assert _files(folder) == {}


async def test_a_file_system_without_hard_links_does(folder: Path) -> None:
    disk = FailingDisk("link", error=errno.EPERM)
    output = FolderOutput("folder", folder, disk=disk, template="{name}{ext}")
    await output.open()
    assert await _deliver(output, [b"one"]) == "report.pdf"
    assert _files(folder) == {"report.pdf": b"one"}


async def test_file_then_name_then_folder_are_synced(folder: Path) -> None:
    disk = FailingDisk()
    output = FolderOutput("folder", folder, disk=disk)
    await output.open()
    disk.calls.clear()
    await _deliver(output, [b"one"])
    made = [call for call in disk.calls if call not in ("open", "write")]
    assert made == ["fsync", "link", "unlink", "fsync"]


async def test_a_template_with_folders_makes_them_and_syncs_what_they_are_in(folder: Path) -> None:
    disk = FailingDisk()
    output = FolderOutput("folder", folder, disk=disk, template="{printer}/{user}/{id}{ext}")
    await output.open()
    disk.calls.clear()
    assert await _deliver(output, [b"one"]) == "Office/alice/1.pdf"
    assert disk.calls.count("fsync") == 4
    assert _files(folder) == {"Office/alice/1.pdf": b"one"}


async def test_a_folder_that_is_a_symlink_is_not_followed(folder: Path, tmp_path: Path) -> None:
    output = FolderOutput("folder", folder, template="{user}/{id}{ext}")
    await output.open()
    (tmp_path / "outside").mkdir()
    (folder / "alice").symlink_to(tmp_path / "outside")
    with pytest.raises(OutputError):
        await _deliver(output, [b"one"])
    assert _files(tmp_path) == {}


@pytest.mark.parametrize("target", ["../outside.pdf", "a/../../outside.pdf", "/etc/passwd", "", ".", "a//b"])
async def test_a_target_outside_is_refused(output: FolderOutput, tmp_path: Path, target: str) -> None:
    with pytest.raises(OutputError, match="no place"):
        await output.deliver(_parcel([b"one"]), target, [stream([b"one"])])
    assert _files(tmp_path) == {}


async def test_the_folder_may_be_behind_a_symlink_of_the_operators(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    output = FolderOutput("folder", tmp_path / "link")
    await output.open()
    await _deliver(output, [b"one"])
    assert _files(tmp_path / "real") == {"1-report.pdf": b"one"}


async def test_a_folder_that_was_removed_is_made_again(output: FolderOutput, folder: Path) -> None:
    await asyncio.to_thread(folder.rmdir)
    await _deliver(output, [b"one"])
    assert _files(folder) == {"report.pdf": b"one"}


async def test_files_are_as_private_as_the_umask_says(output: FolderOutput, folder: Path) -> None:
    mask = os.umask(0o027)
    try:
        await _deliver(output, [b"one"])
    finally:
        os.umask(mask)
    assert (folder / "report.pdf").stat().st_mode & 0o777 == 0o640


async def test_a_file_system_without_locks_does(
    output: FolderOutput, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: object, operation: int) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)
    await _deliver(output, [b"one"])
    assert _files(folder) == {"report.pdf": b"one"}


# ---- whose they are, and where they go


@pytest.mark.parametrize("pieces", [[b"small"], LARGE], ids=["small", "large"])
async def test_files_get_the_mode_and_the_group_of_the_configuration(
    tmp_path: Path, pieces: Sequence[bytes]
) -> None:
    own = grp.getgrgid(os.getgid()).gr_name
    output = FolderOutput("folder", tmp_path, file_mode=0o640, group=own)
    await output.open()
    path = tmp_path / await _deliver(output, pieces)
    assert (path.stat().st_mode & 0o777, path.stat().st_gid) == (0o640, os.getgid())


async def test_a_group_that_there_is_not_keeps_the_server_from_starting(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="output folder: there is no group nobody-has-it"):
        await FolderOutput("folder", tmp_path, group="nobody-has-it").open()


@pytest.mark.parametrize(
    ("routes", "target"),
    [
        ({"application/pdf": "pdf/{id}{ext}", "application/*": "rest/{id}"}, "pdf/1.pdf"),
        ({"application/*": "rest/{id}{ext}"}, "rest/1.pdf"),
        ({"image/*": "pictures/{id}{ext}"}, "1-report.pdf"),
    ],
)
async def test_a_media_type_can_have_a_template_of_its_own(
    tmp_path: Path, routes: dict[str, str], target: str
) -> None:
    output = FolderOutput("folder", tmp_path, routes=routes)
    await output.open()
    assert await _deliver(output, [b"x"]) == target
