"""A document that is a file for each page: what every output makes of several."""

import errno
import hashlib
import hmac
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ippserver.interfaces import OutputError, OutputRefused
from ippserver.outputs.discard import DiscardOutput
from ippserver.outputs.folder import FolderOutput
from ippserver.outputs.mail import MailOutput
from ippserver.outputs.names import MAX_OCTETS, Template, first_names, of_files
from ippserver.testing.fakes import FailingDisk
from tests.outputs.parcels import pages, parcel, streams
from tests.outputs.test_command import Programs
from tests.outputs.test_mail import Post, serving
from tests.outputs.test_webhook import Hook, opened, running

THREE = (b"first page", b"second", b"third")


def found(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def folder_of(
    path: Path, template: str = "{name}{ext}", disk: FailingDisk | None = None
) -> FolderOutput:
    output = FolderOutput("folder", path, template=template, disk=disk)
    await output.open()
    return output


async def delivered(output: FolderOutput, *contents: bytes, job_id: int = 7, name: str = "report") -> str:
    given = pages(*contents, job_id=job_id, name=name)
    return await output.deliver(given, await output.plan(given), streams(contents))


# ---- a folder


@pytest.mark.parametrize(
    ("template", "pattern", "names"),
    [
        ("{name}{ext}", "report-*.png", ["report-001.png", "report-002.png", "report-003.png"]),
        ("{id}/{page}{ext}", "7/*.png", ["7/001.png", "7/002.png", "7/003.png"]),
        ("p{page}/{name}", "p*/report", ["p001/report", "p002/report", "p003/report"]),
        ("{page}-{name}{ext}", "*-report.png", ["001-report.png", "002-report.png", "003-report.png"]),
    ],
)
async def test_each_page_is_a_file_with_its_number(
    tmp_path: Path, template: str, pattern: str, names: list[str]
) -> None:
    output = await folder_of(tmp_path, template)
    assert await delivered(output, *THREE) == pattern
    assert found(tmp_path) == dict(zip(names, THREE, strict=True))


async def test_an_only_page_has_a_number_where_the_template_says_so(tmp_path: Path) -> None:
    assert await delivered(await folder_of(tmp_path / "a"), b"only") == "report.png"
    assert await delivered(await folder_of(tmp_path / "b", "{name}-{page}{ext}"), b"only") == "report-001.png"
    assert found(tmp_path) == {"a/report.png": b"only", "b/report-001.png": b"only"}


async def test_a_document_that_stays_as_it_was_sent_is_page_one(tmp_path: Path) -> None:
    output = await folder_of(tmp_path, "{name}-{page}{ext}")
    given = parcel(b"zpl")
    assert await output.deliver(given, await output.plan(given), streams([b"zpl"])) == "report-001.pdf"


@pytest.mark.parametrize("count", [1, 9, 10, 999, 1000, 12345])
@pytest.mark.parametrize("template", ["{name}{ext}", "{page}{ext}"])
def test_names_sort_as_pages_do_however_many_there_are(template: str, count: int) -> None:
    planned = Template(template).name(pages(b"")).numbered(1)
    made = of_files(planned, count)
    assert len(set(made)) == count
    assert made == sorted(made)
    assert made[0] in first_names(planned)


async def test_another_job_of_the_same_name_gets_names_of_its_own(tmp_path: Path) -> None:
    output = await folder_of(tmp_path)
    assert await delivered(output, *THREE) == "report-*.png"
    assert await delivered(output, *THREE, job_id=8) == "report (2)-*.png"
    assert await delivered(output, b"only", job_id=9) == "report (3).png"
    assert sorted(found(tmp_path)) == sorted(
        [
            *(f"report-00{number}.png" for number in (1, 2, 3)),
            *(f"report (2)-00{number}.png" for number in (1, 2, 3)),
            "report (3).png",
        ]
    )


async def test_jobs_that_are_planned_at_the_same_time_do_not_share_names(tmp_path: Path) -> None:
    output = await folder_of(tmp_path)
    first, second = pages(*THREE, job_id=1), pages(*THREE, job_id=2)
    targets = [await output.plan(each) for each in (first, second, first)]
    assert targets[0] == targets[2] != targets[1]
    for given, target in ((second, targets[1]), (first, targets[0])):
        await output.deliver(given, target, streams(THREE))
    assert len(found(tmp_path)) == 6


async def test_what_is_in_the_place_of_a_page_is_left_alone(tmp_path: Path) -> None:
    output = await folder_of(tmp_path)
    given = pages(*THREE)
    target = await output.plan(given)
    (tmp_path / "report-002.png").write_bytes(b"theirs")
    for _ in range(2):  # a second run finds what the first has put there
        assert await output.deliver(given, target, streams(THREE)) == "report-*.png"
    assert found(tmp_path) == {
        "report-001.png": THREE[0],
        "report-002.png": b"theirs",
        "report-002 (2).png": THREE[1],
        "report-003.png": THREE[2],
    }


@pytest.mark.parametrize("template", ["{name}{ext}", "{name}-{page}{ext}", "{name}{page}"])
async def test_a_long_name_is_cut_before_the_number(tmp_path: Path, template: str) -> None:
    await delivered(await folder_of(tmp_path, template), *THREE, name="ä" * 120 + "x" * 200)
    assert len(found(tmp_path)) == 3
    assert all(len(name.encode()) <= MAX_OCTETS for name in found(tmp_path))
    assert list(found(tmp_path).values()).count(THREE[0]) == 1


async def test_a_crash_between_pages_neither_doubles_nor_loses(tmp_path: Path) -> None:
    first = await folder_of(tmp_path)
    given = pages(*THREE)
    target = await first.plan(given)
    await first.deliver(pages(*THREE[:2]), target, streams(THREE[:2]))
    second = await folder_of(tmp_path)
    assert await second.deliver(given, target, streams(THREE)) == "report-*.png"
    assert await second.deliver(given, target, streams(THREE)) == "report-*.png"
    assert found(tmp_path) == dict(zip([f"report-00{n}.png" for n in (1, 2, 3)], THREE, strict=True))


@pytest.mark.parametrize("operation", ["open", "write", "fsync", "link", "unlink"])
@pytest.mark.parametrize("fails_at", range(1, 12, 2))
async def test_a_call_that_fails_leaves_nothing_half_and_a_second_run_delivers_once(
    tmp_path: Path, operation: str, fails_at: int
) -> None:
    disk = FailingDisk()
    output = await folder_of(tmp_path, disk=disk)
    disk.calls.clear()
    disk.operation, disk.fails_at, disk.error = operation, fails_at, errno.EIO
    given = pages(*THREE)
    target = await output.plan(given)
    with suppress(OutputError):  # some calls are not so many
        await output.deliver(given, target, streams(THREE))
    whole = dict(zip([f"report-00{number}.png" for number in (1, 2, 3)], THREE, strict=True))
    assert found(tmp_path).items() <= whole.items()
    disk.operation = ""
    assert await output.deliver(given, target, streams(THREE)) == "report-*.png"
    assert found(tmp_path) == whole


async def test_a_target_that_was_planned_for_one_file_is_planned_anew(tmp_path: Path) -> None:
    output = await folder_of(tmp_path)
    assert await output.deliver(pages(*THREE), "old.pdf", streams(THREE)) == "report-*.png"
    assert len(found(tmp_path)) == 3


# ---- the others


async def test_a_program_gets_all_paths_as_its_last_arguments(tmp_path: Path) -> None:
    programs = Programs(tmp_path)
    script = (
        'echo "$IPPSERVER_FILES $#" > said; cat >> said; cat "$IPPSERVER_JSON" > json\n'
        'for file in "$@"; do echo "$(basename "$file") $(cat "$file")" >> said; done'
    )
    output = await programs.output(script)
    assert await output.deliver(pages(*THREE), "", streams(THREE)) == ""
    assert programs.text("said").splitlines() == [
        "3 3",
        "7-1-001.png first page",
        "7-1-002.png second",
        "7-1-003.png third",
    ]
    assert [file["octets"] for file in json.loads(programs.text("json"))["content"]["files"]] == [10, 6, 5]
    assert list(programs.scratch.iterdir()) == []


async def test_a_web_server_gets_a_part_for_each_and_a_signature_of_all(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k3y")
    hook = Hook()
    async with running(hook):
        output = await opened(hook, secret=f"file:{tmp_path / 'key'}")
        await output.deliver(pages(*THREE), "", streams(THREE))
    job, *files = hook.parts[0]
    assert files == [
        ("document", f"7-1-00{number}.png", "image/png", content) for number, content in enumerate(THREE, 1)
    ]
    said = dict(each.split("=") for each in hook.headers[0]["Ippserver-Signature"].split(","))
    digests = [hashlib.sha256(part[3]).hexdigest() for part in (job, *files)]
    wanted = hmac.new(b"k3y", ".".join((said["t"], *digests)).encode(), hashlib.sha256).hexdigest()
    assert said["v1"] == wanted


async def test_a_mail_has_an_attachment_for_each() -> None:
    post = Post()
    async with serving(post) as config:
        output = MailOutput("mail", config)
        await output.open()
        await output.deliver(pages(*THREE), "", streams(THREE))
    (mail,) = post.mails
    attached = [
        (each.get_filename(), each.get_content_type(), each.get_content()) for each in mail.iter_attachments()
    ]
    assert attached == [
        (f"report-00{number}.png", "image/png", content) for number, content in enumerate(THREE, 1)
    ]


async def test_pages_that_are_too_large_together_are_not_mailed() -> None:
    post = Post()
    async with serving(post) as config:
        output = MailOutput("mail", replace(config, max_octets=20))
        await output.open()
        with pytest.raises(OutputRefused, match="20 octets"):
            await output.deliver(pages(*THREE), "", streams(THREE))
    assert post.mails == []


async def test_nobody_misses_pages_that_are_thrown_away() -> None:
    output = DiscardOutput("discard")
    contents = streams(THREE)
    assert await output.deliver(pages(*THREE), "", contents) == ""
    for content in contents:
        assert [piece async for piece in content] == []
