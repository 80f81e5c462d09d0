"""Reading the objects of a decision again, each compared with its digest and with what the record says of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.digests import same_digest
from modelgate.contracts.facts import Fact
from modelgate.contracts.gate import Group
from modelgate.contracts.layout import review_key
from modelgate.contracts.review import MAX_REVIEW_BYTES, Review, ReviewRecord
from modelgate.contracts.subject import Artifact, ArtifactState, Prior
from modelgate.errors import ContentError, PinError, PolicyError
from modelgate.evaluate import history_facts
from modelgate.evidence.checked import Checked, CheckState, differs, proved, unchecked
from modelgate.evidence.content import read_content
from modelgate.evidence.envelope import MAX_ENVELOPE_BYTES, Verifier, open_envelope, verify_signature
from modelgate.evidence.exhibits import Exhibit, ExhibitKind, Exhibits
from modelgate.evidence.proof import refuse_contradiction
from modelgate.evidence.record import Outcome
from modelgate.policy.model import MAX_BUNDLE_BYTES, Policy
from modelgate.reports.read import read_report
from modelgate.reports.strict_json import MAX_BYTES
from modelgate.reports.together import own_facts

T = TypeVar("T")
Seen = Callable[[int], None]

_MOST = {
    ExhibitKind.DOCUMENT: MAX_BUNDLE_BYTES,
    ExhibitKind.REPORT: MAX_BYTES,
    ExhibitKind.MODEL: 0,  # never opened
    ExhibitKind.DECISION: MAX_ENVELOPE_BYTES,
    ExhibitKind.REVIEW: MAX_REVIEW_BYTES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where objects come from, whose signatures count (None: not known), and who hears of each read."""

    exhibits: Exhibits
    verifier: Verifier | None
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An object as it was found; *data* is None where it was not found, is another, or is not opened."""

    checked: Checked
    data: bytes | None = None


def read_exhibit(desk: Desk, exhibit: Exhibit) -> Read:
    """Read the whole of *exhibit* and compare its digest and size."""
    what = _named(exhibit)
    chunks = desk.exhibits.chunks(exhibit)
    if chunks is None:
        return Read(checked=_absent(desk, exhibit, what))
    content = read_content(chunks, most=_MOST[exhibit.kind], seen=desk.seen)
    if not same_digest(content.digest, exhibit.digest):
        wrong = f"{exhibit.place} has {content.digest} ({content.size} bytes), recorded was {exhibit.digest}"
        return Read(checked=differs(what, wrong))
    if exhibit.size is not None and content.size != exhibit.size:
        return Read(checked=differs(what, f"{exhibit.place} has {content.size} bytes, recorded were {exhibit.size}"))
    found = proved(what, f"{content.digest}, {content.size} bytes", f"at {exhibit.place}")
    return Read(checked=found, data=content.data)


def reread_document(desk: Desk, exhibit: Exhibit, parse: Callable[[bytes], T]) -> tuple[Checked, T | None]:
    """Read a document and *parse* it; None where it cannot be had."""
    read = read_exhibit(desk, exhibit)
    if read.data is None:
        return read.checked, None
    try:
        return read.checked, parse(read.data)
    except (ContentError, PinError, PolicyError) as error:
        return differs(read.checked.what, f"{exhibit.place} cannot be used: {error}"), None


def reread_report(desk: Desk, artifact: Artifact, exhibit: Exhibit) -> tuple[Checked, tuple[Fact, ...] | None]:
    """Read an artifact, and of a report its facts; None where these cannot be had."""
    read = read_exhibit(desk, exhibit)
    what = read.checked.what
    if read.checked.state is not CheckState.PROVED or not artifact.is_report:
        return read.checked, () if not artifact.is_report else None
    try:
        if read.data is None:
            raise ContentError(f"it has more than {MAX_BYTES} bytes")
        facts = read_report(artifact.name, read.data)
    except ContentError as error:
        if artifact.state is ArtifactState.REFUSED:
            return proved(what, *read.checked.sentences, f"it is refused again: {error}"), ()
        return differs(what, f"{exhibit.place} was read, and is refused now: {error}"), None
    if artifact.state is ArtifactState.REFUSED:
        return differs(what, f"{exhibit.place} was refused ({artifact.problem}), and can be read now"), ()
    return read.checked, facts


def reread_prior(
    desk: Desk, package: ModelPackageArn, prior: Prior, exhibit: Exhibit, policy: Policy | None, group: Group
) -> Checked:
    """Read the record of an approved version: signed, its approval, and with the facts that were looked back on.

    *group* is that of the decision, whose models may be evaluated since.
    """
    read = read_exhibit(desk, exhibit)
    if read.data is None:
        return read.checked
    what = read.checked.what
    try:
        sealed = open_envelope(read.data)
        refuse_contradiction(sealed.record, exhibit.key)
        if desk.verifier is not None:
            verify_signature(sealed, desk.verifier)
    except ContentError as error:
        return differs(what, f"{exhibit.place}: {error}")
    about = ModelPackageArn.parse(sealed.record.subject.package_arn)
    if (about.group, about.version, sealed.record.outcome) != (package.group, prior.version, Outcome.APPROVED):
        return differs(what, f"{exhibit.place} is no approval of version {prior.version} of {package.group}")
    if policy is not None and _facts_then(policy, own_facts(sealed.record.subject.facts, group)) != prior.facts:
        return differs(what, f"{exhibit.place} has other facts than those that were looked back on")
    if desk.verifier is None or policy is None:
        return unchecked(what, f"{exhibit.place} has the recorded digest; its signature or facts could not be compared")
    return read.checked


def reread_review(desk: Desk, package: ModelPackageArn, review: Review, exhibit: Exhibit) -> Checked:
    """Read a review: what the record cites, by the person whose place it lies in."""
    read = read_exhibit(desk, exhibit)
    if read.data is None:
        return read.checked
    what = read.checked.what
    try:
        found = ReviewRecord.from_json(read.data)
    except ContentError as error:
        return differs(what, f"{exhibit.place}: {error}")
    if found != review.record:
        return differs(what, f"{exhibit.place} says something else than the record cites")
    execution = found.decision_id.rpartition("/")[2]
    if exhibit.key != review_key(package.group, package.version, execution, review.reviewer):
        return differs(what, f"{exhibit.place} is not where {review.reviewer} writes")
    return read.checked


def _named(exhibit: Exhibit) -> str:
    return f"{exhibit.kind} {exhibit.name}" if exhibit.kind in (ExhibitKind.REPORT, ExhibitKind.MODEL) else exhibit.name


def _absent(desk: Desk, exhibit: Exhibit, what: str) -> Checked:
    if desk.exhibits.complete:
        return differs(what, f"{exhibit.place} is gone; the evidence of a decision must stay")
    said = f"the signed record names {exhibit.digest}"
    if exhibit.kind is ExhibitKind.MODEL:
        return Checked(what=what, state=CheckState.NOT_INCLUDED, sentences=(said,))
    return unchecked(what, said)


def _facts_then(policy: Policy, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    try:
        return history_facts(policy, facts)
    except PolicyError:
        return ()  # as the check step has it: nothing to compare with
