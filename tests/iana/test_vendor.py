"""Attributes in use without a row in the registry."""

from ippserver.iana import names, vendor
from ippserver.iana.definitions import RegistryGroup
from ippserver.iana.generate import rows


def test_every_extension_of_cups_has_a_handle() -> None:
    extensions = {row["path"] for row in rows("attributes-cups")}
    assert extensions - set(names.DEFINITIONS) == set()


def test_what_is_registered_is_not_repeated() -> None:
    registered = {row["path"] for row in rows("attributes")}
    assert registered & set(vendor.DEFINITIONS) == set()


def test_attributes_of_cups_objects_have_groups_of_their_own() -> None:
    assert vendor.MEMBER_URIS.collections == {RegistryGroup.CUPS_CLASS}
    assert RegistryGroup.CUPS_DEVICE in vendor.DEVICE_URI.collections
    assert vendor.PPD_MAKE.collections == {RegistryGroup.CUPS_PPD}
