"""What is shipped, and the commands that set it up."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

import ippserver

IGNORED = shutil.ignore_patterns("__pycache__")


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built without a network from a copy of what it is made of: tests write beside it."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(repository / "ippserver", folder / "tree/ippserver", ignore=IGNORED)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(repository / name, folder / "tree")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=folder / "tree", check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        return opened


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: zipfile.ZipFile, repository: Path) -> None:
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
    package = repository / "ippserver"
    files = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert shipped == {path.relative_to(repository).as_posix() for path in files}
    assert "ippserver/py.typed" in shipped


def test_the_wheel_is_called_aio_ippserver_and_has_its_licence(wheel: zipfile.ZipFile) -> None:
    name = f"aio_ippserver-{ippserver.__version__}"
    assert Path(str(wheel.filename)).name == f"{name}-py3-none-any.whl"
    assert f"{name}.dist-info/licenses/LICENSE" in wheel.namelist()


def test_tests_import_the_package_from_the_tree(repository: Path) -> None:
    assert Path(ippserver.__file__).parent == repository / "ippserver"


def test_the_command_and_the_pytest_plugin_are_entry_points() -> None:
    points = {(point.group, point.name): point.value for point in distribution("aio-ippserver").entry_points}
    assert points == {
        ("console_scripts", "ippserver"): "ippserver.cli:main",
        ("pytest11", "ippserver"): "ippserver.testing.plugin",
    }


def test_the_changelog_knows_this_version(repository: Path) -> None:
    changelog = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(ippserver.__version__)}\b", changelog, re.M)


def test_the_readme_gives_both_commands(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    first = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/ippserver serve "
    assert readme.count(f"\n{first}--port 8631 --save prints\n") == 1
    assert readme.count("\nsh .ci/test\n") == 1
    assert readme.partition("\n## ")[0].count("\n") == 7  # what it is, in five lines


@pytest.mark.parametrize("script", [".ci/run", ".ci/test", ".ci/newcomer"])
def test_the_scripts_can_be_run_and_read(repository: Path, script: str) -> None:
    path = repository / script
    assert os.access(path, os.X_OK)
    shell = path.read_text(encoding="utf-8").partition("\n")[0].rpartition("/")[2].rpartition(" ")[2]
    subprocess.run([shell, "-n", path], check=True)


def test_the_image_runs_unprivileged_and_says_how_it_is(repository: Path) -> None:
    lines = (repository / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "ARG PYTHON=3.13-slim" in lines
    assert lines.index("USER 10001:10001") < lines.index('ENTRYPOINT ["ippserver"]')
    assert any(
        line.startswith("HEALTHCHECK") and line.endswith('CMD ["ippserver", "healthcheck"]') for line in lines
    )
    assert "EXPOSE 631" in lines


def test_no_registry_and_no_machine_is_named(repository: Path) -> None:
    """Addresses of package registries and paths of one machine have no place in what everybody uses."""
    hosts = re.compile(r"(//|@|\b)(p[y]pi\.o[r]g|files\.pythonh[o]sted|reg[i]stry\.npm|d[e]b\.debian)")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repository, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout of git")
    paths = [repository / name.decode() for name in listed.stdout.split(b"\0") if name]
    texts = [path for path in paths if path.is_file() and path.suffix not in {".sqlite3", ".ipp", ".csv"}]
    assert texts
    assert not [path for path in texts if hosts.search(path.read_text(encoding="utf-8", errors="replace"))]


def test_every_extra_is_installable_by_its_name(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["optional-dependencies"]) == {"rich", "test"}
    assert project["requires-python"] == ">=3.11"


def test_the_layers_hold(repository: Path) -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=repository, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
