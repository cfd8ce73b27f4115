"""What each run of a Job prints: a proof, the rest, or nothing where it is only stored (PWG 5100.11)."""

from dataclasses import replace

from ippserver.iana import names
from ippserver.iana.enums import DocumentState
from ippserver.iana.keywords import JobStateReason, WhichJobs
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model import release
from ippserver.model.amount import NOTHING, Kinds
from ippserver.model.document import Document
from ippserver.model.document_states import DocumentEvent
from ippserver.model.ending import finished
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.model.ticket import overlaid


def due(job: Job) -> Job | None:
    """`job` with the copies and on the medium of the run that is due; None for a run without pages."""
    if release.store_only(job.supplied):
        return None
    template = AttributeGroup(GroupTag.JOB, job.template)
    match release.proof(job.template):
        case WhichJobs.PROOF_PRINT:
            proof = names.PROOF_PRINT.get(template)
            assert proof is not None, "it is what says that there is a proof"
            copies = names.PROOF_PRINT_COPIES.get(proof) or 1
            media = [member for one in (names.MEDIA, names.MEDIA_COL) if (member := one.attribute(proof))]
            return _with(job, names.COPIES.of(copies), *media)
        case WhichJobs.PROOF_AND_SUSPEND:
            proofs = names.PROOF_COPIES.get(template) or 1
            rest = (names.COPIES.get(template) or 1) - proofs
            if job.proofed:
                return _with(job, names.COPIES.of(rest)) if rest > 0 else None
            return _with(job, names.COPIES.of(proofs))
    return job


def _with(job: Job, *attributes: Attribute) -> Job:
    whole = {attribute.name: attribute for attribute in job.template}
    return replace(job, template=tuple(overlaid(whole, attributes).values()))


def ended(job: Job, now: float) -> Job:
    """`job` after its run is over: finished, aborted, or suspended until somebody approves the proof."""
    if release.proof(job.template) != WhichJobs.PROOF_AND_SUSPEND or job.proofed:
        return finished(job, now)
    waiting = job.on(JobEvent.SUSPEND, now, adds={JobStateReason.JOB_SUSPENDED_FOR_APPROVAL})
    again = tuple(_again(document, now) for document in waiting.documents)
    return replace(waiting, documents=again, proofed=True)


def _again(document: Document, now: float) -> Document:
    """`document` as the next run finds it: not delivered yet, unless somebody canceled it.

    What the proof has used up stays counted (RFC 8011 5.3.18: of the Job so far).
    """
    done = document.state is DocumentState.COMPLETED
    again = (
        document.on(DocumentEvent.RESTART, now) if done else replace(document, deliveries=(), done=NOTHING)
    )
    extent = document.extent and replace(document.extent, sheets=0, kinds_of_sheets=Kinds())
    return replace(again, extent=extent, before=document.done)
