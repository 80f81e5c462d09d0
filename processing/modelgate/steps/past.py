"""What the evidence store knew before this run: approved versions of the group, its newest bundle, and reviews."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from modelgate.aws.approvals import Approval, list_approvals, read_approval_note
from modelgate.aws.bundle_notes import noted_bundles
from modelgate.aws.decisions import existing_decision
from modelgate.aws.objects import Bucket
from modelgate.aws.reviews import find_reviews
from modelgate.contracts.layout import decision_key
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.review import Review
from modelgate.contracts.subject import Prior
from modelgate.errors import BindingError, PolicyError
from modelgate.evaluate import history_facts, history_wanted
from modelgate.evidence.envelope import verify_signature
from modelgate.evidence.record import Outcome
from modelgate.evidence.registry_text import team_metadata
from modelgate.policy.matching import matching
from modelgate.policy.model import Policy
from modelgate.reports.together import own_facts
from modelgate.steps.pinned import Pinned

MAX_APPROVALS = 200  # looked at, however many a policy asks for
_READERS = 8  # at once: a record is read in tens of milliseconds, most of which is waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known; each part as in a subject."""

    history: tuple[Prior, ...]
    reviews: tuple[Review, ...]
    newest_bundle: int | None


def look_back(evidence: Bucket, pinned: Pinned, package: ModelPackage) -> Past:
    """Read what bears on the judgement of *package*.

    Raises:
        BindingError: a note and its record do not belong together.
        SignatureError: a record is not signed by a key that is trusted.
        ContentError: one of them cannot be read.
        InfrastructureError: S3 did not answer.
    """
    policy = governing(pinned, package)
    history: tuple[Prior, ...] = ()
    if policy is not None and history_wanted(policy):
        approvals = list_approvals(evidence, package.arn.group)
        history = read_history(evidence, policy, chosen(approvals, policy, but=package.arn.version), pinned)
    return Past(
        history=history,
        reviews=tuple(found.review for found in find_reviews(evidence, package.arn)),
        newest_bundle=max(noted_bundles(evidence, package.arn.group), default=None),
    )


def governing(pinned: Pinned, package: ModelPackage) -> Policy | None:
    """The one policy that governs *package*; None when there is none, or more than one."""
    policies = matching(pinned.bundle, pinned.group, team_metadata(package.metadata))
    return policies[0] if len(policies) == 1 else None


def chosen(approvals: Sequence[Approval], policy: Policy, *, but: int) -> tuple[Approval, ...]:
    """Those of *approvals* (newest first) that *policy* looks back on: one a version, and never version *but*."""
    wanted = min(history_wanted(policy), MAX_APPROVALS)
    by_version: dict[int, Approval] = {}
    for approval in approvals:
        if approval.version != but:
            by_version.setdefault(approval.version, approval)
    return tuple(by_version.values())[:wanted]


def read_history(evidence: Bucket, policy: Policy, approvals: Sequence[Approval], pinned: Pinned) -> tuple[Prior, ...]:
    """Read the records of *approvals*, each signed, and keep of each the facts that *policy* measures changes from.

    What a team had measured itself before its models were evaluated here is none of them.

    Raises: as `look_back`.
    """
    with ThreadPoolExecutor(max_workers=_READERS) as readers:
        found: Iterator[Prior] = readers.map(lambda one: _prior(evidence, policy, one, pinned), approvals)
        return tuple(found)


def _prior(evidence: Bucket, policy: Policy, approval: Approval, pinned: Pinned) -> Prior:
    note = read_approval_note(evidence, approval)
    key = decision_key(approval.group, approval.version, approval.execution_id)
    decision = existing_decision(evidence, key)
    verify_signature(decision.sealed, pinned.verifier)
    # Against the id that the keys say, too: a signed record may have been copied from another version or group.
    found = (
        note.decision_id,
        decision.record.decision_id,
        note.record_key,
        note.record_digest,
        decision.record.outcome,
    )
    if found != (approval.decision_id, approval.decision_id, key, decision.digest, Outcome.APPROVED):
        raise BindingError(
            f"{evidence.uri(approval.key)} does not note the approval at {key} as it is; find out who wrote them"
        )
    try:
        facts = history_facts(policy, own_facts(decision.record.subject.facts, pinned.group))
    except PolicyError:
        facts = ()  # nothing to compare with, though there was a version: a judgement then holds
    return Prior(version=approval.version, decision_id=note.decision_id, record_digest=decision.digest, facts=facts)
