"""Counting what is printed of a Document: its converter says how far it is, a device may know better."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ippserver.model.amount import Amount, countable
from ippserver.model.conversion import Outcome, Progress
from ippserver.model.document import Document


class Tally:
    """What is counted of one Document while it is converted and delivered."""

    def __init__(self, document: Document, changed: Callable[[], None]) -> None:
        """`changed` is called when something was counted."""
        self._changed = changed
        self._extent = document.extent
        self._done = document.done
        self._documents = 0
        self._whole: Amount | None = None
        self._is_told = False
        self._text = ""

    def converts(self, faces: int, progress: Progress) -> None:
        """It is converted so far, `faces` sides for each sheet; what was counted before is not taken back."""
        if not self._is_told and self._whole is None:
            sheets = -(-progress.impressions // faces)
            # All pages may be read before the first side is made: they are done with their sides.
            pages = progress.pages * progress.impressions // max(progress.of_impressions, 1)
            so_far = Amount(pages=min(pages, progress.pages), impressions=progress.impressions, sheets=sheets)
            self._set(self._done.at_least(so_far))

    def converted(self, outcome: Outcome, *, documents: int = 1, times: int = 1) -> None:
        """It is converted, as one with others where these are several `documents`, which counts more.

        The output prints what comes of it so many `times`.
        """
        if documents < self._documents:
            return
        self._documents = documents
        self._extent = _once(outcome, times)
        self._whole = _in_all(outcome, times)
        self._set(replace(self._done, pages=outcome.pages) if self._is_told else self._whole)

    def prints(self, impressions: int | None, sheets: int | None) -> None:
        """A device has printed so much of it: what is only converted counts no more."""
        known = self._done if self._is_told else Amount(pages=self._done.pages)
        self._is_told = True
        self._set(
            replace(
                known,
                impressions=known.impressions if impressions is None else impressions,
                sheets=known.sheets if sheets is None else sheets,
                kinds_of_impressions=None,
                kinds_of_sheets=None,
            )
        )

    @property
    def whole(self) -> Amount | None:
        """All that is printed of it; None where that is not known."""
        return self._whole

    def forgets(self) -> None:
        """It was canceled, and those that it was one with are converted without it."""
        self._extent = self._whole = None
        self._documents = 0

    def delivered(self) -> None:
        """An output has it: all of it is done."""
        self._is_told = False
        self._done = self._whole or self._done

    def _set(self, done: Amount) -> None:
        if done != self._done:
            self._done = done
            self._changed()

    def reads(self, text: str) -> None:
        """That can be read in it."""
        self._text = text

    def take_text(self) -> str:
        """What can be read in it, if that is news."""
        text, self._text = self._text, ""
        return text

    @property
    def counts(self) -> tuple[Amount | None, Amount]:
        """How much it is, and how much of it is done."""
        return self._extent, self._done


def share(tallies: Sequence[Tally], impressions: int | None, sheets: int | None) -> None:
    """A device has printed so much of these Documents, which it has one after the other."""
    for tally in tallies:
        most = None if tally is tallies[-1] else tally.whole
        own = (impressions, sheets)
        if most is not None:
            own = (_at_most(impressions, most.impressions), _at_most(sheets, most.sheets))
        tally.prints(*own)
        impressions, sheets = _left(impressions, own[0]), _left(sheets, own[1])


def _at_most(told: int | None, most: int) -> int | None:
    return None if told is None else min(told, most)


def _left(told: int | None, own: int | None) -> int | None:
    return None if told is None or own is None else told - own


def _once(outcome: Outcome, times: int) -> Amount:
    """How much it is: the impressions of one copy, and all sheets."""
    sheets = countable(outcome.sheets * times)
    known = Amount(pages=outcome.pages, impressions=outcome.impressions, sheets=sheets)
    if outcome.counts is None:
        return known
    return replace(
        known,
        kinds_of_pages=outcome.counts.pages,
        kinds_of_impressions=outcome.counts.impressions,
        kinds_of_sheets=outcome.counts.sheets.times(times),
    )


def _in_all(outcome: Outcome, times: int) -> Amount:
    """The same with the impressions of all copies."""
    known = replace(_once(outcome, times), impressions=countable(outcome.impressions_completed * times))
    if outcome.counts is None:
        return known
    return replace(known, kinds_of_impressions=outcome.counts.impressions_completed.times(times))
