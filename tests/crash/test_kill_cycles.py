"""Twenty lives of a server that end by SIGKILL; `kill_cycles.py --cycles 200` is the same at length."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(
    600
)  # it starts a server twenty times, which takes half a minute where nothing else runs
def test_no_accepted_job_is_lost_or_doubled_by_kill_9(tmp_path: Path) -> None:
    command = [sys.executable, str(Path(__file__).with_name("kill_cycles.py"))]
    options = ["--cycles", "20", "--seed", "631", "--folder", str(tmp_path)]
    done = subprocess.run([*command, *options], capture_output=True, check=False, timeout=500)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert b"lost 0, doubled 0, wrong octets 0" in done.stdout
