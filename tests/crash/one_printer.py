"""The configuration of a server of one printer, to which a test adds outputs."""

from typing import Final

ONE_PRINTER: Final = """
[server]
listen = ["127.0.0.1:0"]
data-dir = "{folder}/data"
log-level = "warning"
[access]
preset = "open"
[dns-sd]
enabled = false
[[printer]]
path = "/ipp/print"
minimum-processing-seconds = 0.0
"""
"""To be formatted with the `folder` of the test."""
