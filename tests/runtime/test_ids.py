from uuid import UUID

from ippserver.interfaces import Ids
from ippserver.runtime.ids import RandomIds


def test_ids_are_random_uuids_in_lower_case() -> None:
    ids: Ids = RandomIds()
    made = {ids.uuid() for _ in range(100)}
    assert len(made) == 100
    assert all(str(UUID(one)) == one and UUID(one).version == 4 for one in made)
