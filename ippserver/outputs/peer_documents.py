"""How the documents of a Job go to another Printer: in one Job, each or as one, or in Jobs of their own.

Pure, as peer.py is.
"""

from dataclasses import dataclass
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import Finishings
from ippserver.iana.keywords import MultipleDocumentHandling
from ippserver.interfaces import OutputRefused, Parcel, Wishes
from ippserver.ipp.attributes import Attribute
from ippserver.model.conversion import Wanted, in_force
from ippserver.model.together import are_one
from ippserver.outputs.peer import Peer


@dataclass(frozen=True, slots=True)
class Forwarding:
    """What documents become on their way to a Printer."""

    peer: Peer
    media_type: str | None = ""
    """As of `Peer.wanted`; None where documents stay what they are."""
    dpi: int = 0
    """Of pages that are drawn; 0 leaves it to their Jobs."""

    def wishes(self, parcel: Parcel) -> Wishes:
        """What the documents of the parcel become, and how they go.

        Several are one Job there where the Printer takes several in one, and what is asked of a Job is the
        same for all of them. Else they become one document, if they can. Those that are to be printed as one
        become one first of all.

        Raises:
            OutputRefused: The Printer takes nothing that its only document is or could become.
        """
        if not parcel.each:
            return Wishes(wanted=self._wanted(parcel))
        ways = (self._one_by_one, self._as_one)
        for way in reversed(ways) if are_one(parcel.job, parcel.printer) else ways:
            found = way(parcel)
            if found is not None:
                return found
        return Wishes(apart=True)

    def _wanted(self, parcel: Parcel) -> Wanted | None:
        return None if self.media_type is None else self.peer.wanted(parcel, self.media_type, dpi=self.dpi)

    def _one_by_one(self, parcel: Parcel) -> Wishes | None:
        """Each by itself in one Job, if that comes to the same."""
        if not self.peer.takes_several:
            return None
        try:
            each = tuple(map(self._wanted, parcel.each))
        except OutputRefused:
            return None  # the others need not be refused
        parts = [part.becoming(wanted) for part, wanted in zip(parcel.each, each, strict=True)]
        templates = {frozenset(self.peer.template(part)) for part in parts}
        copied_as_asked = all(map(self._is_copied_as_asked, parts))
        return Wishes(each=each) if len(templates) == 1 and copied_as_asked else None

    def _is_copied_as_asked(self, part: Parcel) -> bool:
        """Whether the copies of several documents come in the order that is asked for (RFC 8011 5.2.4)."""
        force = in_force(part.job, part.document, part.printer)
        if (names.COPIES.get(force) or 1) == 1 or are_one(part.job, part.printer):
            return True
        handling = names.MULTIPLE_DOCUMENT_HANDLING.attribute(force)
        if part.wanted is not None and not part.wanted.instead:  # each is copied here
            return handling == _UNCOLLATED
        return handling is not None and self.peer.agrees([handling])

    def _as_one(self, parcel: Parcel) -> Wishes | None:
        """All as one document, if they can be."""
        if self.media_type is None or not all(part.convertible for part in parcel.each):
            return None
        if not are_one(parcel.job, parcel.printer) and any(map(_is_finished, parcel.each)):
            return None  # each is to be stapled, and not all of them together
        try:
            wanted = self._wanted(parcel)
        except OutputRefused:
            return None
        if wanted is None or (wanted.split and not self.peer.takes_several):
            return None
        return Wishes(wanted=wanted)


def template(peer: Peer, parcel: Parcel) -> tuple[Attribute, ...]:
    """The Job Template attributes that go with the parcel's files (see Peer.template)."""
    first = parcel.parts[0]
    asked = peer.template(first)
    force = in_force(first.job, first.document, first.printer)
    handling = names.MULTIPLE_DOCUMENT_HANDLING.attribute(force)
    if len(parcel.parts) == 1 or handling is None or any(each.name == handling.name for each in asked):
        return asked
    return (*asked, *peer.supported([handling]))


def _is_finished(part: Parcel) -> bool:
    """Whether anything is done with its sheets when they are printed."""
    asked = {each.name for each in (*part.job.template, *part.document.template)}
    finishings = names.FINISHINGS.all(in_force(part.job, part.document, part.printer))
    return names.FINISHINGS_COL.name in asked or bool(set(finishings) - {Finishings.NONE})


_UNCOLLATED: Final = names.MULTIPLE_DOCUMENT_HANDLING.of(
    MultipleDocumentHandling.SEPARATE_DOCUMENTS_UNCOLLATED_COPIES
)
