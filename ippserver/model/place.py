"""Where a Job stands among the waiting Jobs of its priority (RFC 3998 4.4): the digits of a decimal fraction.

Between two of them there is always another one, and every store sorts them alike. None ends in a zero, so the
order of the texts is that of the numbers.
"""


def by_age(job_id: int) -> str:
    """The place of a Job that nobody has moved: after all older ones."""
    return f"{job_id:010d}5"


def between(low: str, high: str) -> str:
    """A place after `low` and before `high`, with no more digits than it takes; "" is before all places."""
    size = 1 + max(len(low), len(high))
    middle = (int(low.ljust(size, "0")) + int(high.ljust(size, "0"))) // 2
    digits = f"{middle:0{size}d}"
    ends = (end for end in range(1, size + 1) if digits[end - 1] != "0")
    return next(digits[:end] for end in ends if low < digits[:end] < high)


def right_after(low: str) -> str:
    """A place after `low` and before the place of every Job that is still to come."""
    return f"{low}5"
