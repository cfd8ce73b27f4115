"""Leases and numbers (RFC 3995 5.3.8, 5.4.2)."""

import pytest

from ippserver.ipp.values import MAX_INTEGER
from ippserver.model.subscription import INFINITE, NotificationTerms, next_number

TERMS = NotificationTerms(lease_seconds=60, max_lease_seconds=600)


@pytest.mark.parametrize(("wanted", "granted"), [(None, 60), (1, 1), (600, 600), (601, 600), (INFINITE, 600)])
def test_a_lease_is_what_was_asked_for_or_the_nearest(wanted: int | None, granted: int) -> None:
    assert TERMS.granted(wanted) == granted


def test_only_where_it_may_a_lease_has_no_end() -> None:
    endless = NotificationTerms(lease_seconds=60, max_lease_seconds=600, infinite_leases=True)
    assert endless.granted(INFINITE) == INFINITE
    assert endless.granted(None) == 60


def test_after_the_largest_number_comes_zero() -> None:
    assert [next_number(number) for number in (0, 1, MAX_INTEGER)] == [1, 2, 0]
