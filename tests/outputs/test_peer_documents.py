"""How the documents of a Job go to another Printer, by what that says of itself."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Finishings, Operation
from ippserver.iana.keywords import MultipleDocumentHandling, Sides
from ippserver.interfaces import OutputRefused, Parcel, Wishes
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, RangeOfInteger, Text
from ippserver.model import formats
from ippserver.model.conversion import Wanted
from ippserver.outputs.peer import Peer
from ippserver.outputs.peer_documents import Forwarding, template
from tests.outputs.described import peer
from tests.outputs.parcels import document, several

SEVERAL = names.MULTIPLE_DOCUMENT_JOBS_SUPPORTED.name
HANDLING = f"{names.MULTIPLE_DOCUMENT_HANDLING.name}-supported"
IN_STEPS = names.OPERATIONS_SUPPORTED.of(Operation.CREATE_JOB, Operation.SEND_DOCUMENT)
TWO = (document(), document())
APART = Wishes(apart=True)
AS_THEY_ARE = Wishes(each=(None, None))
AS_ONE = Wishes(wanted=Wanted(formats.PDF))
COPIES = names.COPIES.of(3)
ONE_COPY = (names.COPIES.of(1),)
ZPL = "application/vnd.zebra-zpl"


def handling(keyword: Keyword) -> Attribute:
    return names.MULTIPLE_DOCUMENT_HANDLING.of(keyword)


SINGLE = handling(MultipleDocumentHandling.SINGLE_DOCUMENT)
COLLATED = handling(MultipleDocumentHandling.SEPARATE_DOCUMENTS_COLLATED_COPIES)
UNCOLLATED = handling(MultipleDocumentHandling.SEPARATE_DOCUMENTS_UNCOLLATED_COPIES)


def wishes(there: Peer, given: Parcel, media_type: str | None = "") -> Wishes:
    return Forwarding(there, media_type).wishes(given)


def unread(given: Parcel, number: int) -> Parcel:
    """The same where nothing here reads one of the documents."""
    each = tuple(replace(one, convertible=one.document.number != number) for one in given.each)
    return replace(each[0], each=each)


def taking(*taken: str, without: Sequence[str] = ()) -> Peer:
    """A Printer that makes Jobs in steps."""
    return peer(*taken, without=without, having=[IN_STEPS])


def one_only(*taken: str) -> Peer:
    return taking(*taken, without=[SEVERAL])


# ---- a Printer that takes several documents in a Job


def test_it_gets_each_as_it_came() -> None:
    given = several(*TWO, template=(COPIES, names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)))
    assert wishes(taking(), given) == AS_THEY_ARE
    assert {COPIES, COLLATED} <= set(template(taking(), given))


def test_it_gets_made_what_it_does_not_take() -> None:
    made = Wanted(formats.PDF)
    assert wishes(taking(formats.PDF), several(document(formats.TIFF), document(formats.TEXT))) == Wishes(
        each=(made, made)
    )


def test_it_gets_as_one_what_is_to_be_printed_as_one() -> None:
    assert wishes(taking(), several(*TWO, template=(SINGLE,))) == AS_ONE


def test_what_nothing_here_reads_goes_with_the_others_untouched() -> None:
    given = unread(several(document(), document(ZPL), template=(SINGLE,)), 2)
    assert wishes(taking(formats.PDF, ZPL), given) == AS_THEY_ARE
    assert SINGLE in template(taking(formats.PDF, ZPL), given)


@pytest.mark.parametrize("media_type", [None, formats.PDF])
def test_a_format_of_the_configuration_is_that_of_each(media_type: str | None) -> None:
    wanted = None if media_type is None else Wanted(media_type)
    assert wishes(taking(), several(*TWO), media_type) == Wishes(each=(wanted, wanted))


def test_one_that_it_refuses_is_no_reason_to_refuse_the_others() -> None:
    given = unread(several(document(), document(ZPL)), 2)
    assert wishes(taking(formats.PDF), given) == APART


def test_what_is_asked_of_one_document_alone_is_not_asked_of_the_whole_job() -> None:
    second = document(template=(names.PAGE_RANGES.of(RangeOfInteger(1, 1)),))
    assert wishes(taking(), several(document(), second)) == AS_ONE


@pytest.mark.parametrize("template", [(), (names.NUMBER_UP.of(2),)])
def test_what_is_made_of_one_only_is_not_asked_of_the_others(template: tuple[Attribute, ...]) -> None:
    given = several(document(), document(formats.TIFF), template=template)
    assert wishes(taking(formats.PDF), given) == AS_ONE


def test_copies_come_in_the_order_that_is_asked_for() -> None:
    there = taking(without=[HANDLING])
    assert wishes(there, several(*TWO, template=(COPIES,))).wanted == Wanted(formats.PDF, instead=ONE_COPY)
    uncollated = wishes(there, several(*TWO, template=(COPIES, UNCOLLATED)))
    assert uncollated == Wishes(each=(Wanted(formats.PDF), Wanted(formats.PDF)))
    assert wishes(there, several(*TWO)) == AS_THEY_ARE


def test_copies_that_are_made_here_may_follow_each_other() -> None:
    there = taking(without=["copies-supported"])
    each = wishes(there, several(*TWO, template=(COPIES, UNCOLLATED)))
    assert each == Wishes(each=(Wanted(formats.PDF), Wanted(formats.PDF)))
    assert wishes(there, several(*TWO, template=(COPIES, COLLATED))) == AS_ONE


# ---- a Printer that takes one document in a Job


@pytest.mark.parametrize(
    "there",
    [one_only(formats.PDF), peer(formats.PDF)],
)
def test_documents_become_one_where_it_takes_only_one(there: Peer) -> None:
    assert wishes(there, several(*TWO)) == AS_ONE


def test_uncollated_copies_of_what_became_one_are_made_here() -> None:
    made = wishes(one_only(), several(*TWO, template=(COPIES, UNCOLLATED))).wanted
    assert made is not None
    assert made.instead == ()
    left_to_it = wishes(one_only(), several(*TWO, template=(COPIES, COLLATED))).wanted
    assert left_to_it is not None
    assert left_to_it.instead == ONE_COPY


@pytest.mark.parametrize(
    "given",
    [
        several(*TWO, template=(names.FINISHINGS.of(Finishings.STAPLE),)),
        unread(several(*TWO), 2),
    ],
    ids=["stapled each", "not read"],
)
def test_what_cannot_become_one_goes_apart(given: Parcel) -> None:
    assert wishes(one_only(), given) == APART


@pytest.mark.parametrize("media_type", [None, formats.PWG_RASTER])
def test_what_may_not_become_one_goes_apart(media_type: str | None) -> None:
    assert wishes(one_only(formats.PDF), several(*TWO), media_type) == APART


def test_a_printer_of_single_pictures_gets_them_apart() -> None:
    assert wishes(one_only(formats.JPEG), several(*TWO)) == APART


def test_cups_which_loses_all_but_the_last_gets_one_document() -> None:
    cups = peer(having=[IN_STEPS, Attribute("cups-version", (Text("2.4.2"),))])
    assert wishes(cups, several(*TWO)) == AS_ONE
    assert wishes(cups, several(*TWO), None) == APART


# ---- one document


def test_one_document_is_as_ever() -> None:
    alone = several(document()).parts[0]
    alone = replace(alone, each=())
    assert wishes(taking(), alone) == Wishes()
    assert wishes(taking(), alone, formats.PDF) == AS_ONE
    assert wishes(taking(), alone, None) == Wishes()
    with pytest.raises(OutputRefused):
        wishes(taking(formats.PNG), replace(alone, convertible=False))


def test_the_resolution_of_the_configuration_counts() -> None:
    alone = replace(several(document(formats.TIFF)), each=())
    assert Forwarding(taking(formats.PDF), "", 150).wishes(alone) == Wishes(
        wanted=Wanted(formats.PDF, dpi=150)
    )
