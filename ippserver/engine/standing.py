"""How the deliveries of a Job in process stand; the store learns it with the next step of the Job."""

from collections.abc import Callable
from dataclasses import replace

from ippserver.engine.counting import Tally, share
from ippserver.engine.jobs import Jobs
from ippserver.model.delivery import Delivery
from ippserver.model.document import Document
from ippserver.model.job import Job


class Standing:
    """What is known of each delivery of one Job, and what is counted of each of its Documents."""

    def __init__(self, job: Job, jobs: Jobs, counted: Callable[[], None]) -> None:
        """`counted` is called when something was."""
        self._job = job
        self._jobs = jobs
        self._known = {one.number: {each.output: each for each in one.deliveries} for one in job.documents}
        self.tallies = {one.number: Tally(one, counted) for one in job.documents}
        """By document-number."""

    @property
    def numbers(self) -> list[int]:
        """The document-numbers, in order."""
        return list(self._known)

    def get(self, number: int, output: str) -> Delivery | None:
        """The delivery of the document to the output; None where there is none."""
        return self._known.get(number, {}).get(output)

    def of(self, number: int, output: str) -> Delivery:
        """The delivery of the document to the output, which is planned."""
        return self._known[number][output]

    def put(self, number: int, delivery: Delivery) -> None:
        """Takes `delivery` in the place of what was known of it."""
        self._known[number][delivery.output] = delivery

    # ---- with the store

    @property
    def job(self) -> Job:
        """The Job as it is in the store."""
        return self._jobs.unfinished.get(self._job.id, self._job)

    def learned(self, job: Job) -> Job:
        """`job` with all that is known here, unless it was ended or restarted meanwhile."""
        if job.terminal or job.processing_since is None:
            return job
        documents = tuple(map(self._with_what_is_known, job.documents))
        return job if documents == job.documents else replace(job, documents=documents)

    def _with_what_is_known(self, document: Document) -> Document:
        if document.number not in self._known:
            return document
        extent, done = self.tallies[document.number].counts
        known = tuple(self._known[document.number].values())
        if (document.deliveries, document.extent, document.done) == (known, extent, done):
            return document  # a Job may have very many, and few of them have changed
        return document.with_what_was_done(replace(document, deliveries=known, extent=extent, done=done))

    # ---- what is left to do

    def is_open(self, number: int, output: str) -> bool:
        """Whether the output is to have the document, and does not have it."""
        delivery = self._known[number].get(output)
        return not self.is_over(number) and delivery is not None and not delivery.settled

    def is_over(self, number: int) -> bool:
        """Whether nothing more is done with the document."""
        return all(one.over for one in self.job.documents if one.number == number)

    def is_wanted(self, number: int, output: str) -> bool:
        """Whether the document is not canceled, or one that goes with it by itself is not."""
        apart = (other for other in self.following(number, output) if not self.of(other, output).as_one)
        wanted = {one.number for one in self.job.documents if not one.over and not one.canceling}
        return not wanted.isdisjoint((number, *apart))

    def missing(self, number: int) -> set[str]:
        """The outputs that are to have the document, and do not have it."""
        return {output for output in self._known[number] if self.is_open(number, output)}

    def is_settled(self, number: int) -> bool:
        """Whether nothing more is tried of the document."""
        return not self.missing(number)

    # ---- documents that go together

    def following(self, number: int, output: str) -> list[int]:
        """The document-numbers of those that go with the document to the output."""
        known = {other: deliveries.get(output) for other, deliveries in self._known.items()}
        return [other for other, each in known.items() if each is not None and each.together == number]

    def goes(self, number: int, output: str, *, as_one: bool) -> None:
        """Notes whether one document is made of this one and those that go with it."""
        for later in self.following(number, output):
            self.put(later, replace(self.of(later, output), as_one=as_one))

    def leads(self, number: int, output: str) -> None:
        """Has the document go first of those that it goes with."""
        own = self.of(number, output)
        for other in self.following(own.together, output):
            self.put(other, replace(self.of(other, output), together=number))
        self.put(number, replace(own, together=0))

    def takes_over(self, number: int, output: str) -> None:
        """Has it go first in place of the one that it goes with, whatever was sent of them."""
        before = self.of(number, output).together
        sent = self.of(before, output)
        self.leads(number, output)
        self.put(number, replace(sent, together=0))
        self.put(before, replace(sent, together=number, as_one=False, target=""))

    def leaves_out(self, number: int, output: str) -> None:
        """Has those that were canceled not go with the document, of which nothing is sent yet."""
        for other in filter(self.is_over, self.following(number, output)):
            self.put(other, replace(self.of(other, output), together=0))

    def count(self, number: int, output: str, impressions: int | None, sheets: int | None) -> None:
        """A device has printed so much of the document, and of those that go with it."""
        apart = [other for other in self.following(number, output) if not self.of(other, output).as_one]
        share([self.tallies[each] for each in (number, *apart)], impressions, sheets)
