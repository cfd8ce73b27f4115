from hypothesis import given
from hypothesis import strategies as st

from ippserver.model.place import between, by_age, right_after

ids = st.integers(1, 2**31 - 2)


@given(st.lists(ids, min_size=2, unique=True))
def test_older_jobs_come_first(job_ids: list[int]) -> None:
    assert sorted(job_ids) == sorted(job_ids, key=by_age)


@given(st.lists(st.integers(0, 10_000), max_size=60))
def test_there_is_always_a_place_between_two(choices: list[int]) -> None:
    places = ["", *map(by_age, range(1, 4))]
    for choice in choices:
        at = choice % (len(places) - 1)
        new = between(places[at], places[at + 1])
        assert places[at] < new < places[at + 1]
        assert not new.endswith("0")
        places.insert(at + 1, new)


@given(ids, st.lists(st.booleans(), max_size=30))
def test_right_after_a_job_is_before_all_that_are_still_to_come(job_id: int, steps: list[bool]) -> None:
    place, end = by_age(job_id), by_age(job_id + 1)
    for follows in steps:
        new = right_after(place) if follows else between(place, right_after(place))
        assert place < new < end
        place = new


def test_places_stay_short_where_many_are_taken_at_the_same_spot() -> None:
    low, high = by_age(1), by_age(2)
    for _ in range(100):
        high = between(low, high)
    assert len(high) < 60
