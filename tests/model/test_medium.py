import pytest

from ippserver.iana import names
from ippserver.iana.keywords import MediaType
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.model.capabilities import capabilities
from ippserver.model.medium import medium_of
from ippserver.model.printer import PrinterConfig

PRINTER = capabilities(PrinterConfig(path="/ipp/print", name="office"))
A5 = Keyword("iso_a5_148x210mm")


def size(width: int, length: int) -> Attribute:
    return names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(width), names.Y_DIMENSION.of(length)]))


@pytest.mark.parametrize(
    ("members", "medium"),
    [
        ([names.MEDIA_KEY.of(A5)], A5),
        ([names.MEDIA_SIZE_NAME.of(A5)], A5),
        ([size(14800, 21000)], A5),
        ([names.MEDIA_KEY.of(A5), size(21000, 29700)], A5),
        ([size(14799, 20999)], A5),
        ([size(14800, 21050)], A5),
        ([size(14800, 21051)], None),
        ([size(21000, 14800)], None),
        ([names.MEDIA_SIZE.of(Collection())], None),
        ([names.MEDIA_TYPE.of(MediaType.STATIONERY)], None),
        ([], None),
    ],
    ids=repr,
)
def test_a_media_col_means_the_medium_of_its_key_its_size_name_or_its_size(
    members: list[Attribute], medium: Keyword | None
) -> None:
    assert medium_of(Collection(members), PRINTER) == medium


def test_of_two_sizes_close_to_one_another_the_closer_is_meant() -> None:
    names_of = ("custom_one_100x150mm", "custom_two_100.4x150mm")
    printer = AttributeGroup(GroupTag.PRINTER, [names.MEDIA_SUPPORTED.of(*map(Keyword, names_of))])
    found = [medium_of(Collection([size(width, 15000)]), printer) for width in (10019, 10021)]
    assert found == list(names_of)


CUSTOM = capabilities(
    PrinterConfig(
        path="/ipp/print",
        name="office",
        media=("iso_a5_148x210mm", "custom_min_76x127mm", "custom_max_216x356mm"),
        media_default="iso_a5_148x210mm",
    )
)


@pytest.mark.parametrize(
    ("members", "medium"),
    [
        ([size(10000, 20000)], "custom_100x200mm_100x200mm"),
        ([size(7560, 12700)], "custom_76x127mm_76x127mm"),
        ([size(7549, 12700)], None),
        ([size(14800, 21000)], A5),
    ],
    ids=repr,
)
def test_a_size_in_a_range_means_a_custom_medium(members: list[Attribute], medium: str | None) -> None:
    assert medium_of(Collection(members), CUSTOM) == medium


def test_the_key_of_a_medium_without_borders_means_that_medium() -> None:
    assert medium_of(Collection([names.MEDIA_KEY.of(Keyword(f"{A5}_borderless"))]), PRINTER) == A5


def test_a_key_that_is_not_known_is_taken_for_the_name() -> None:
    assert medium_of(Collection([names.MEDIA_KEY.of(Keyword("x-key"))]), PRINTER) == "x-key"
