"""The arithmetic coder against the standard's own example."""

from itertools import groupby
from typing import Final

import numpy as np
import pytest

from ippserver.documents.images.arithmetic import ArithmeticEncoder

SEQUENCE: Final = "00020051 000000C0 0352872A AAAAAAAA 82C02000 FCD79EF6 BF7FED90 4F46A3BF"
ENCODED: Final = "84C73BFC E1A14304 02200000 410DBB86 F4317FFF 88FF3747 1ADB6ADF FFAC"
"""ITU-T T.88 H.2."""


def bits(of: str) -> list[int]:
    return np.unpackbits(np.frombuffer(bytes.fromhex(of), np.uint8)).tolist()


def test_the_example_of_the_standard_comes_out_octet_for_octet() -> None:
    coder = ArithmeticEncoder(1)
    coder.encode(bits(SEQUENCE), [1] * 256)
    assert coder.finished() == bytes.fromhex(ENCODED)


def test_what_comes_several_times_is_the_same_as_each_by_itself() -> None:
    coder = ArithmeticEncoder(1)
    for bit, run in groupby(bits(SEQUENCE)):
        coder.encode([bit], [len(list(run))])
    assert coder.finished() == bytes.fromhex(ENCODED)


@pytest.mark.parametrize("bit", [0, 1])
def test_a_million_of_the_same_is_next_to_nothing(bit: int) -> None:
    one_by_one, at_once = ArithmeticEncoder(2), ArithmeticEncoder(2)
    one_by_one.encode([2 + bit] * 100_000, [1] * 100_000)
    at_once.encode([2 + bit], [100_000])
    assert at_once.finished() == one_by_one.finished()
    at_once = ArithmeticEncoder(2)
    at_once.encode([2 + bit], [1_000_000])
    assert len(at_once.finished()) < 20
