"""The IPP libraries of npm: what reads and prints from Node.js."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ippserver.testing import VirtualPrinter
from ippserver.testing.tools import require_file, require_tool

Run = Callable[..., str]

PACKAGES = Path(sys.prefix) / "npm" / "node_modules"
"""Where .ci/test installs them."""


@pytest.mark.parametrize("library", ["ipp", "@sealsystems/ipp"])
def test_it_reads_the_printer_and_prints(run: Run, printer: VirtualPrinter, library: str) -> None:
    node = require_tool("node")
    require_file(PACKAGES / library)
    script = Path(__file__).with_name("print.js")
    environ = {**os.environ, "NODE_PATH": str(PACKAGES)}
    url = printer.uri.replace("ipp://", "http://")
    said = run(node, "--no-deprecation", script, library, url, environ=environ)
    answers: dict[str, Any] = json.loads(said.splitlines()[-1])  # before it may stand what the library logs
    read = answers["attributes"]["printer-attributes-tag"]
    assert read["printer-name"] == "virtual"
    assert "application/pdf" in read["document-format-supported"]
    assert "Print-Job" in read["operations-supported"]
    assert answers["printed"]["statusCode"] == "successful-ok"
    assert answers["job"]["job-attributes-tag"]["job-name"] == "from npm"
    assert answers["jobs"]["statusCode"] == "successful-ok"
    (job,) = printer.jobs
    assert (job.user, job.documents[0].data) == ("bumblebee", b"%PDF-1.4\n% from node\n%%EOF\n")
    asked = {attribute.name: attribute.values for attribute in job.attributes}
    assert (asked["copies"], asked["sides"]) == ((2,), ("two-sided-long-edge",))
