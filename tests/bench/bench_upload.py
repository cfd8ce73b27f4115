"""A 2 GiB chunked Print-Job, and what other clients notice of it.

    python tests/bench/bench_upload.py [--short] [--tls]

Prints the rate, how much memory the server grew by, and how long Get-Printer-Attributes took meanwhile.
"""

import argparse
import http.client
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Final

REPOSITORY: Final = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY))

from ippserver.iana.enums import Operation  # noqa: E402  # a script finds the package only now
from tests.bench.load import message  # noqa: E402
from tests.bench.peers import Peer, ours  # noqa: E402

PAUSE_SECONDS: Final = 0.02
FEWEST: Final = 2
"""So many questions there are in any case, so that there is a figure."""


def ask(peer: Peer, connection: http.client.HTTPConnection) -> float:
    """Milliseconds until the answer to one Get-Printer-Attributes."""
    began = time.perf_counter()
    body = message(Operation.GET_PRINTER_ATTRIBUTES, peer.uri)
    connection.request("POST", peer.path, body, {"Content-Type": "application/ipp"})
    answer = connection.getresponse().read()
    if answer[2:4] != b"\0\0":
        raise SystemExit(f"Get-Printer-Attributes failed: {answer[:8].hex()}")
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Uploads, asks meanwhile, and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="64 MiB, to see that it works")
    parser.add_argument("--tls", action="store_true", help="encrypted")
    options = parser.parse_args()
    mebibytes = 64 if options.short else 2048
    with tempfile.TemporaryDirectory(prefix="ippserver-bench-") as name, ours(Path(name)) as peer:
        connection = http.client.HTTPConnection("localhost", peer.port, timeout=60)
        ask(peer, connection)
        peer.forget_peak()
        before = peer.rss_octets()
        command = [
            sys.executable,
            "-m",
            "tests.bench.load",
            "upload",
            str(peer.port),
            peer.path,
            str(mebibytes),
            *(["tls"] if options.tls else []),
        ]
        waits: list[float] = []
        with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as upload:
            while upload.poll() is None or len(waits) < FEWEST:
                waits.append(ask(peer, connection))
                time.sleep(PAUSE_SECONDS)
            figures = upload.communicate()[0].strip()
        if upload.returncode:
            raise SystemExit("the upload failed")
        growth = (peer.peak_octets() - before) / 2**20
        print(f"{mebibytes} MiB: {figures}; memory grew by {growth:.1f} MiB")
        print(
            f"{len(waits)} x Get-Printer-Attributes meanwhile: median {median(waits):.1f} ms, "
            f"99 % within {quantiles(waits, n=100)[-1]:.1f} ms, longest {max(waits):.1f} ms"
        )


if __name__ == "__main__":
    main()
