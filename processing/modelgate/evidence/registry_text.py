"""What the registry is told: one line of description, and a few metadata values, within the service's limits."""

from collections.abc import Mapping, Sequence

from modelgate.contracts.gate import Mode
from modelgate.contracts.results import Judgement, Severity, Status, Verdict
from modelgate.contracts.subject import Subject
from modelgate.evidence.break_glass import BreakGlass
from modelgate.evidence.record import Outcome

MAX_DESCRIPTION = 1024  # SageMaker API reference, UpdateModelPackage, ApprovalDescription; one line only
MAX_METADATA_VALUE = 256

OWN_METADATA = "modelgate-"  # every entry of ours begins with it
META_VERDICT = "modelgate-verdict"
META_DECISION = "modelgate-decision-id"
META_POLICY = "modelgate-policy-digest"
META_EVIDENCE = "modelgate-evidence-uri"

_HEADS = {Verdict.APPROVE: "Approved", Verdict.REJECT: "Rejected", Verdict.HOLD: "Held"}


def describe(judgement: Judgement, subject: Subject, evidence_uri: str) -> str:
    """The verdict in one line: who or what decided and why; the evidence's address always at the end.

    Of a shadow group it is what the registry would have been told.
    """
    shadow = "Shadow, not applied: " if subject.group.mode is Mode.SHADOW else ""
    return _fitted(f"{shadow}{_said(judgement, subject)}", evidence_uri)


def describe_revert(reasons: Sequence[str], evidence_uri: str) -> str:
    """Why an approval was set back, in one line; the address of the note at the end."""
    return _fitted(f"Set back to be judged, as nothing proves the approval: {'; '.join(reasons)}.", evidence_uri)


def describe_break_glass(note: BreakGlass, evidence_uri: str) -> str:
    """Who set a status past the gate, in one line; the address of the record at the end."""
    return _fitted(
        f"{note.status} by break-glass of {note.opened_by} with {note.second_person}: {note.reason}.", evidence_uri
    )


def metadata(
    outcome: Outcome, verdict: Verdict, decision_id: str, policy_digest: str, evidence_uri: str
) -> dict[str, str]:
    """The metadata of a decision.

    Allowed are letters, separators, digits and ``_.:/=+-@``: digests, ids and s3 addresses of ours keep to them.
    """
    values = {
        META_VERDICT: f"shadow-{verdict}" if outcome is Outcome.SHADOW else outcome.value,
        META_DECISION: decision_id,
        META_POLICY: policy_digest,
        META_EVIDENCE: evidence_uri,
    }
    return {key: value[:MAX_METADATA_VALUE] for key, value in values.items()}


def team_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """What the team registered beside the model: everything but our own entries."""
    return {key: value for key, value in metadata.items() if not key.startswith(OWN_METADATA)}


def _said(judgement: Judgement, subject: Subject) -> str:
    head = _HEADS[judgement.verdict]
    for review in subject.reviews:
        if review.id == judgement.review:
            # The first reason says the same about the review; the others are why the package was held.
            why = "; ".join((review.record.reason, *judgement.reasons[1:]))
            return f"{head} by review of {review.reviewer}{_policy(judgement, 'under')}: {why}."
    if judgement.verdict is not Verdict.APPROVE:
        return f"{head}{_policy(judgement, 'by')}: {'; '.join(judgement.reasons)}."
    waivers = sorted({result.waiver for result in judgement.results if result.waiver is not None})
    exception = " with waiver" if waivers else ""
    return f"{head}{exception}{_policy(judgement, 'by')}: {_counted(judgement, waivers)}."


def _policy(judgement: Judgement, word: str) -> str:
    return f" {word} policy {judgement.policy} v{judgement.policy_version}" if judgement.policy else ""


def _counted(judgement: Judgement, waivers: list[str]) -> str:
    """How many results passed, of how many checks; what was waived by which waiver; and how many warnings there are."""
    passed = [result for result in judgement.results if result.status is Status.PASS]
    waived = [result for result in judgement.results if result.status is Status.WAIVED]
    warned = len(judgement.results) - len(passed) - len(waived)
    parts = [f"{len(passed)} results of {len({result.check for result in passed})} checks passed"]
    if waived:
        checks = ", ".join(sorted({result.check for result in waived}))
        parts.append(f"{len(waived)} of {checks} waived by {', '.join(waivers)}")
    if warned:
        names = sorted({r.check for r in judgement.results if r.severity is Severity.WARN and r not in passed})
        parts.append(f"{warned} only warned ({', '.join(names)})")
    return ", ".join(parts)


def _fitted(text: str, evidence_uri: str) -> str:
    tail = f" Evidence: {evidence_uri}"
    text, room = _one_line(text), MAX_DESCRIPTION - len(tail)
    return (text if len(text) <= room else text[: room - 1] + "…") + tail


def _one_line(text: str) -> str:
    """Control characters and line separators would be refused; names in reports may hold them."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
