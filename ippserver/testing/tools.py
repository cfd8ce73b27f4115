"""Programs and files that a test needs beyond Python: there, or the test says why it did not run."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

SYSTEM_FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/sbin")
"""Where daemons live that a user's PATH does not name (cupsd)."""


def require_tool(name: str) -> str:
    """The path of the program `name`; without it the test is skipped, or fails where CI=true is set."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(SYSTEM_FOLDERS))
    if found is None:
        absent(f"the program {name} is not installed")
    return found


def require_file(path: Path) -> Path:
    """`path`, where it is there; otherwise as `require_tool`."""
    if not path.exists():
        absent(f"{path} is not there")
    return path


def absent(reason: str) -> NoReturn:
    """Skips the test for `reason`, or fails it where CI=true is set."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI=true allows no gaps", pytrace=False)
    pytest.skip(reason)
