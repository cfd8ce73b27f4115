import pytest

from ippserver.interfaces import SpoolError
from ippserver.spools.keys import checked, is_key


def test_a_uuid_with_a_number_is_a_key() -> None:
    assert checked("0123abcd-0000-4000-8000-000000000000-12") == "0123abcd-0000-4000-8000-000000000000-12"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "store.sqlite3", "A", "٣", "a\n", "f" * 201])
def test_other_names_are_no_keys(name: str) -> None:
    assert not is_key(name)
    with pytest.raises(SpoolError, match="no key"):
        checked(name)
