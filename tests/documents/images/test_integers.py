"""Integers as JBIG2's arithmetic coder takes them."""

import pytest

from ippserver.documents.images.integers import CONTEXTS, of_integer, of_number


def bits(value: int | None) -> str:
    return "".join(str(decision & 1) for decision in of_integer(value, 0))


@pytest.mark.parametrize(
    ("value", "coded"),
    [
        (0, "0 0 00"),
        (3, "0 0 11"),
        (-1, "1 0 01"),
        (4, "0 10 0000"),
        (19, "0 10 1111"),
        (20, "0 110 000000"),
        (-83, "1 110 111111"),
        (84, "0 1110 00000000"),
        (339, "0 1110 11111111"),
        (340, "0 11110 000000000000"),
        (4435, "0 11110 111111111111"),
        (4436, "0 11111 " + "0" * 32),
        (-5000, "1 11111 " + f"{5000 - 4436:032b}"),
        (None, "1 0 00"),
    ],
)
def test_values_are_coded_as_table_a_1_has_it(value: int | None, coded: str) -> None:
    assert bits(value) == coded.replace(" ", "")


def test_the_context_of_a_bit_is_those_before_it() -> None:
    assert [decision >> 1 for decision in of_integer(-1, 1000)] == [1001, 1003, 1006, 1012]


def test_contexts_stay_among_those_of_their_kind() -> None:
    places = [decision >> 1 for decision in of_integer(2**31, 1000)]
    assert len(places) == 38
    assert all(1000 < place < 1000 + CONTEXTS for place in places)
    assert all(place >= 1000 + CONTEXTS // 2 for place in places[9:])


def test_a_number_has_contexts_for_all_that_may_come() -> None:
    assert [divmod(decision, 2) for decision in of_number(0b101, 3, 10)] == [(11, 1), (13, 0), (16, 1)]
    assert list(of_number(0, 0, 10)) == []
