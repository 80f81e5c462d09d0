"""What the registry is told: one line of description, and a few metadata values, within the service's limits."""

from modelgate.contracts.results import Judgement, Status, Verdict
from modelgate.evidence.record import Outcome

MAX_DESCRIPTION = 1024  # SageMaker API reference, UpdateModelPackage, ApprovalDescription; one line only
MAX_METADATA_VALUE = 256

META_VERDICT = "modelgate-verdict"
META_DECISION = "modelgate-decision-id"
META_POLICY = "modelgate-policy-digest"
META_EVIDENCE = "modelgate-evidence-uri"

_HEADS = {Verdict.APPROVE: "Approved", Verdict.REJECT: "Rejected", Verdict.HOLD: "Held"}


def describe(judgement: Judgement, evidence_uri: str) -> str:
    """The verdict in one line: which checks failed, with value and bound; the evidence's address always at the end."""
    tail = f" Evidence: {evidence_uri}"
    room = MAX_DESCRIPTION - len(tail)
    text = _one_line(f"{_HEADS[judgement.verdict]}{_policy(judgement)}: {_because(judgement)}")
    return (text if len(text) <= room else text[: room - 1] + "…") + tail


def metadata(outcome: Outcome, decision_id: str, policy_digest: str, evidence_uri: str) -> dict[str, str]:
    """The metadata of a decision.

    Allowed are letters, separators, digits and ``_.:/=+-@``: digests, ids and s3 addresses of ours keep to them.
    """
    values = {
        META_VERDICT: outcome.value,
        META_DECISION: decision_id,
        META_POLICY: policy_digest,
        META_EVIDENCE: evidence_uri,
    }
    return {key: value[:MAX_METADATA_VALUE] for key, value in values.items()}


def _policy(judgement: Judgement) -> str:
    return f" by policy {judgement.policy} v{judgement.policy_version}" if judgement.policy else ""


def _because(judgement: Judgement) -> str:
    if judgement.verdict is Verdict.APPROVE:
        passed = sum(result.status is Status.PASS for result in judgement.results)
        return f"{passed} results of {len({r.check for r in judgement.results})} checks passed."
    return "; ".join(judgement.reasons) + "."


def _one_line(text: str) -> str:
    """Control characters and line separators would be refused; names in reports may hold them."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
