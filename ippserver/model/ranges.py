"""Sets of ranges, of pages or documents, that ascend and do not overlap (RFC 8011 5.2.7, PWG 5100.6 4.1)."""

from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import RangeOfInteger


def ascend(attribute: Attribute) -> bool:
    """Whether the ranges among the values are in order, each after the end of the one before.

    Values of another syntax are somebody else's to judge.
    """
    last = 0
    for value in attribute.values:
        if type(value) is not RangeOfInteger:
            continue
        if not last < value.lower <= value.upper:
            return False
        last = value.upper
    return True
