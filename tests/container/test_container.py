"""The image is built, run as it should be run, printed to and stopped, without a container engine's daemon.

Only on request (`pytest -m container`): it needs root, minutes, and buildah, podman, runc and mmdebstrap.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ippserver.testing.tools import absent, require_file, require_tool
from tests import minimal
from tests.documents.press import seen

pytestmark = [pytest.mark.container, pytest.mark.timeout(600)]

BASE = "3.11-slim-bookworm"
TOOLS = ("buildah", "podman", "runc", "mmdebstrap", "nsenter", "ipptool")
APT_SOURCES = (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
DPI = 144
LETTERS = "aéΩЖאشकবதกかア漢한→😀"
"""Of Europe, Hebrew, Arabic, of India, Thai, Japanese, Chinese, Korean; and signs."""
NOWHERE = ("\ue000", "\U0002fa2f")
"""Characters that no font has, of one column and of two."""
READY_SECONDS = 120.0
STOP_SECONDS = 60


def run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"{command[0]} {command[1:]}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout.strip()


@dataclass(frozen=True)
class Engine:
    """buildah and podman with storage of their own."""

    folder: Path

    def buildah(self, *arguments: str | Path) -> str:
        return run("buildah", *self._storage, *arguments)

    def podman(self, *arguments: str | Path) -> str:
        return run(*self._podman, *arguments)

    def succeeds(self, *arguments: str) -> bool:
        return subprocess.run([*self._podman, *arguments], capture_output=True, check=False).returncode == 0

    @property
    def _podman(self) -> tuple[str, ...]:
        return ("podman", *self._storage, "--runtime", "runc", "--cgroup-manager", "cgroupfs")

    @property
    def _storage(self) -> tuple[str, ...]:
        return (
            "--root",
            f"{self.folder}/storage",
            "--runroot",
            f"{self.folder}/run",
            "--storage-driver",
            "overlay",
        )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if os.geteuid() != 0:
        pytest.skip("containers are built and run here as root only")
    for tool in TOOLS:
        require_tool(tool)
    engine = Engine(tmp_path_factory.mktemp("engine"))
    yield engine
    engine.podman("rm", "--all", "--force")
    engine.podman("rmi", "--all", "--force")


@pytest.fixture(scope="module")
def base(engine: Engine) -> None:
    """What the Dockerfile begins with, made from Debian's packages: no image registry is asked."""
    sources = next((path for path in APT_SOURCES if path.exists()), None) or absent("apt has no sources")
    packages = "python3,python3-venv,ca-certificates,tzdata"
    tar = engine.folder / "base.tar"
    # As in Docker's own images, dpkg does not wait for the disk.
    options = ("--quiet", "--variant=minbase", "--dpkgopt=force-unsafe-io", f"--include={packages}")
    run("mmdebstrap", *options, "bookworm", tar, sources)
    container = engine.buildah("from", "--pull=never", "scratch")
    engine.buildah("add", "--quiet", container, tar, "/")
    link = "ln -s /usr/bin/python3 /usr/local/bin/python; ln -s /usr/bin/python3 /usr/local/bin/python3"
    engine.buildah("run", "--isolation", "chroot", container, "--", "sh", "-c", link)
    path = "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    engine.buildah("config", "--env", path, "--env", "LANG=C.UTF-8", container)
    engine.buildah("commit", "--quiet", "--rm", container, f"docker.io/library/python:{BASE}")
    tar.unlink()


@pytest.fixture(scope="module")
def image(engine: Engine, base: None, repository: Path) -> str:
    certificates = Path(os.environ.get("PIP_CERT") or "/etc/ssl/certs/ca-certificates.crt")
    configuration = engine.folder / "pip.conf"
    configuration.write_text("[global]\ncert = /etc/ssl/ca.pem\n")
    engine.buildah(
        *("bud", "--pull-never", "--isolation", "chroot", "--format", "docker"),
        *("--volume", f"{require_file(certificates)}:/etc/ssl/ca.pem:ro"),
        *("--volume", f"{configuration}:/etc/pip.conf:ro"),
        *("--build-arg", f"PYTHON={BASE}", "--tag", "localhost/ippserver", repository),
    )
    return "localhost/ippserver"


@dataclass(frozen=True)
class Container:
    engine: Engine
    name: str
    prints: Path

    @property
    def state(self) -> dict[str, int]:
        """The engine's record of its process: Pid, ExitCode ..."""
        return dict(json.loads(self.engine.podman("inspect", self.name))[0]["State"])

    def ipptool(self, *arguments: str | Path) -> str:
        """Runs the host's ipptool beside it, on its loopback interface."""
        return run("nsenter", "--net", "--target", str(self.state["Pid"]), "ipptool", *arguments)

    def printed(self, document: Path) -> bytes:
        """What is in the volume when the document has been printed."""
        before = set(self.prints.glob("*.pdf"))
        self.ipptool("-tf", document, "ipp://localhost/ipp/print", "print-job.test")
        deadline = time.monotonic() + READY_SECONDS
        while not (new := set(self.prints.glob("*.pdf")) - before):
            assert time.monotonic() < deadline, self.engine.podman("logs", self.name)
        (path,) = new
        return path.read_bytes()

    def wait_until_healthy(self) -> None:
        """Runs the image's own HEALTHCHECK until it succeeds."""
        deadline = time.monotonic() + READY_SECONDS
        while not self.engine.succeeds("healthcheck", "run", self.name):
            assert time.monotonic() < deadline, self.engine.podman("logs", self.name)


@pytest.fixture(scope="module")
def container(engine: Engine, image: str, tmp_path_factory: pytest.TempPathFactory) -> Container:
    prints = tmp_path_factory.mktemp("prints")
    os.chown(prints, 10001, 10001)
    engine.podman(
        *("run", "--detach", "--name", "printer", "--pull=never"),
        *("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"),  # else runc may not set them here
        *(
            "--network=none",
            "--sysctl",
            "net.ipv4.ip_unprivileged_port_start=0",
        ),  # as on Docker's own networks
        *("--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt", "no-new-privileges"),
        *("--volume", f"{prints}:/prints", image),
    )
    container = Container(engine, "printer", prints)
    container.wait_until_healthy()
    return container


def test_it_runs_without_rights_and_writes_nothing_but_its_volumes(container: Container) -> None:
    status = Path(f"/proc/{container.state['Pid']}/status").read_text()
    found = dict(line.split(":\t") for line in status.splitlines() if ":\t" in line)
    assert found["Uid"].split() == ["10001"] * 4
    assert int(found["CapEff"], 16) == int(found["CapBnd"], 16) == 0
    for place in ("/", "/tmp", "/opt/ippserver"):
        assert not container.engine.succeeds("exec", container.name, "touch", f"{place}/new")
    assert container.engine.succeeds("exec", container.name, "touch", "/var/lib/ippserver/new")


def test_it_prints_to_its_volume(container: Container, tmp_path: Path) -> None:
    document = tmp_path / "page.pdf"
    document.write_bytes(minimal.PDF)
    assert container.printed(document) == document.read_bytes()


def test_it_has_letters_for_text_in_other_scripts_and_what_joins_them(
    container: Container, tmp_path: Path
) -> None:
    document = tmp_path / "text.txt"
    document.write_text("".join(f"x {letter}\n" for letter in (*NOWHERE, *LETTERS)))
    (page,) = seen(container.printed(document), DPI, smooth=True)
    edge, line, column = DPI // 2, DPI // 6, DPI * 6.02 / 72
    left, right = round(edge + 2 * column), round(edge + 4 * column)
    boxes = [
        page[edge + line * at : edge + line * (at + 1), left:right] for at in range(len((*NOWHERE, *LETTERS)))
    ]
    for letter, shown in zip(LETTERS, boxes[len(NOWHERE) :], strict=True):
        assert shown.min() < 128, letter
        assert not any(np.array_equal(shown, box) for box in boxes[: len(NOWHERE)]), letter
    is_joined = "from PIL import features; raise SystemExit(not features.check('raqm'))"
    assert container.engine.succeeds("exec", container.name, "/opt/ippserver/bin/python", "-c", is_joined)


def test_it_stops_in_good_order_and_keeps_its_history(container: Container) -> None:
    container.engine.podman("stop", "--time", str(STOP_SECONDS), container.name)  # then it would be killed
    assert container.state["ExitCode"] == 0
    container.engine.podman("start", container.name)
    container.wait_until_healthy()
    uri = "ipp://localhost/ipp/print"
    jobs = ("exec", container.name, "ippserver", "jobs", uri, "--which", "all", "--json")
    # One that the stop interrupted before it was shown as completed may be on its way there again.
    assert {job["job-id"] for job in json.loads(container.engine.podman(*jobs))} == {1, 2}
