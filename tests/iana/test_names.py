"""The generated handles: complete, typed and named after what they stand for."""

from typing import assert_type

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef, RegistryGroup
from ippserver.iana.generate import rows
from ippserver.iana.names import DEFINITIONS, definition
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import Enum, Keyword, Name, NameWithLanguage, OutOfBand, Value


def test_every_registered_attribute_and_member_has_a_handle() -> None:
    registered = {part for row in rows("attributes") for part in row["path"].split("/") if part[0] != "<"}
    assert registered - set(DEFINITIONS) == set()
    assert len(registered) > 1100


def test_every_group_of_an_attribute_is_known() -> None:
    missing = [
        (row["group"], row["path"])
        for row in rows("attributes")
        if "/" not in row["path"] and RegistryGroup(row["group"]) not in DEFINITIONS[row["path"]].collections
    ]
    assert missing == []


def test_every_definition_is_readable_throughout() -> None:
    assert [name for name, found in DEFINITIONS.items() if found.name != name or not found.types] == []
    assert [
        (found.name, member.name)
        for found in DEFINITIONS.values()
        for member in found.members.values()
        if not member.types
    ] == []


def test_handles_are_named_after_their_attributes() -> None:
    handles = {
        handle: value
        for module in (names, vendor)
        for handle, value in vars(module).items()
        if isinstance(value, AttributeDef)
    }
    assert [h for h, d in handles.items() if h != d.name.replace("-", "_").replace(".", "_").upper()] == []
    assert len(handles) == len(DEFINITIONS)


def test_only_collections_have_members() -> None:
    plain = [d.name for d in DEFINITIONS.values() if d.members and Collection not in d.syntax.types]
    assert plain == []


def test_definition_finds_what_is_known() -> None:
    assert definition("job-name") is names.JOB_NAME
    assert definition("marker-levels") is vendor.MARKER_LEVELS
    assert definition("x-unknown") is None


def test_the_type_checker_knows_the_values() -> None:
    holder = Collection()
    assert_type(names.COPIES.get(holder), int | None)
    assert_type(names.IPP_ATTRIBUTE_FIDELITY.get(holder), bool | None)
    assert_type(names.JOB_STATE.get(holder), Enum | None)
    assert_type(names.JOB_STATE_REASONS.all(holder), tuple[Keyword, ...])
    assert_type(names.JOB_NAME.get(holder), Name | NameWithLanguage | None)
    assert_type(names.MEDIA.get(holder), Keyword | Name | NameWithLanguage | None)
    any_definition: AttributeDef[Value] = names.COPIES
    assert any_definition.get(holder) is None


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (names.MEDIA_TOP_OFFSET, "integer(MIN:MAX)"),
        (names.JOB_ACCOUNT_ID_ACTUAL, "1setOf name(MAX)"),
        (names.FORCE_FRONT_SIDE_ACTUAL, "1setOf integer(1:MAX)"),
        (names.SYSTEM_CONFIG_CHANGES, "integer(0:MAX)"),
        (names.INPUT_ORIENTATION_REQUESTED, "type2 enum"),
        (names.JOB_RETAIN_UNTIL_INTERVAL_DEFAULT, "integer(0:MAX) | no-value"),
        (names.PCLM_SOURCE_RESOLUTION_DEFAULT, "resolution"),
        (names.STITCHING_METHOD, "type2 keyword"),
        (vendor.FIRST_JOB_ID, "integer(1:MAX)"),
    ],
)
def test_the_registry_is_corrected(found: AttributeDef[Value], text: str) -> None:
    assert found.syntax.text == text


def test_a_row_in_force_wins_over_one_that_is_not() -> None:
    assert names.JOB_HOLD_UNTIL_TIME_SUPPORTED.syntax.text == "rangeOfInteger(0:MAX)"
    assert names.FINISHINGS_COL.syntax.out_of_band == {OutOfBand.NO_VALUE}
    assert names.COVER_BACK_DEFAULT.syntax.text == "collection"
