"""URIs of what is read over HTTP."""

import pytest

from ippserver.iana import names
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model.links import LINK_NAMES, icon_path, links, strings_path, uri_lists


@pytest.mark.parametrize(
    ("printer", "host", "page"),
    [
        ("ipp://printer.local/ipp/print", "http://printer.local:631", "/ipp/print"),
        ("ipps://[2001:db8::1]:8443/ipp/print", "https://[2001:db8::1]:8443", "/ipp/print"),
        ("ipp://h:80/p?x=/1", "http://h:80", "/p?x=/1"),
        ("ipp://h/", "http://h:631", "/"),
    ],
)
def test_everything_is_on_the_host_that_was_asked(printer: str, host: str, page: str) -> None:
    found = AttributeGroup(GroupTag.PRINTER, links(printer, "photo", "de"))
    assert names.PRINTER_MORE_INFO.get(found) == host + page
    assert names.PRINTER_SUPPLY_INFO_URI.get(found) == f"{host}{page}#supplies"
    sizes = ("48", "128", "512")
    assert names.PRINTER_ICONS.all(found) == tuple(f"{host}/icons/photo-{size}.png" for size in sizes)
    assert names.PRINTER_STRINGS_URI.get(found) == f"{host}/strings/de.strings"
    assert {attribute.name for attribute in (*found, *uri_lists([printer]))} == LINK_NAMES


def test_without_a_language_there_are_no_strings() -> None:
    found = AttributeGroup(GroupTag.PRINTER, links("ipp://h/p", "photo", None))
    assert names.PRINTER_STRINGS_URI.get(found) is None
    assert (icon_path("a", 48), strings_path("de")) == ("/icons/a-48.png", "/strings/de.strings")
