"""From results to a verdict. Nothing approves by default: doubt holds, and a fault in the content rejects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from modelgate.contracts.digests import sha256_of
from modelgate.contracts.gate import RiskTier
from modelgate.contracts.results import Judgement, Result, Severity, Status, Verdict
from modelgate.contracts.review import Review, ReviewVerdict
from modelgate.contracts.strict import canonical, encode
from modelgate.contracts.subject import Subject
from modelgate.errors import PolicyError
from modelgate.evaluate import evaluate
from modelgate.evaluate.package import ARRIVED, PACKAGE
from modelgate.evaluate.reasons import reasons_of, remarkable, ungoverned
from modelgate.evaluate.waivers import waive
from modelgate.policy.matching import matching
from modelgate.policy.model import Approval, Bundle, Policy

_VERDICTS = {ReviewVerdict.APPROVE: Verdict.APPROVE, ReviewVerdict.REJECT: Verdict.REJECT}


class Vote(NamedTuple):
    """What one result says about the verdict; *measured* when it rests on a finite number."""

    check: str
    severity: Severity
    status: Status
    measured: bool


def judge(subject: Subject, bundle: Bundle) -> Judgement:
    """Judge *subject* by the one policy of *bundle* that governs it, and apply what people said of that judgement."""
    return _reviewed(_judge(subject, bundle), subject)


def decide(votes: Iterable[Vote], asked: Mapping[str, Severity]) -> Verdict:
    """The verdict on *votes*.

    An approval needs a pass (or a waiver) and nothing else of every check that was *asked*, those that only warn left
    out; and at least one pass of a check that could reject, on a number that was measured.
    """
    bad: set[tuple[Severity, Status]] = set()
    satisfied: set[str] = set()
    proved = False
    for check, severity, status, measured in votes:
        if status is Status.PASS or status is Status.WAIVED:
            satisfied.add(check)
            proved = proved or (severity is Severity.FAIL and status is Status.PASS and measured)
        else:
            bad.add((severity, status))
    if (Severity.FAIL, Status.FAIL) in bad or (Severity.FAIL, Status.MISSING) in bad:
        return Verdict.REJECT
    required = {check for check, severity in asked.items() if severity is not Severity.WARN}
    doubted = any(severity is not Severity.WARN for severity, _ in bad)
    return Verdict.APPROVE if proved and not doubted and required <= satisfied else Verdict.HOLD


def votes_of(results: Iterable[Result]) -> Iterable[Vote]:
    """The votes of *results*."""
    for result in results:
        # A first version that may pass without comparison was held to no bound: that proves nothing.
        measured = result.bound is not None and result.observed is not None and result.observed.number is not None
        yield Vote(result.check, result.severity, result.status, measured)


def asked_of(policy: Policy) -> Mapping[str, Severity]:
    """The checks of *policy*, and what each leads to."""
    return {check.id: check.severity for check in policy.checks}


def left_to_people(subject: Subject, policy: Policy) -> str | None:
    """Why passing every check does not approve *subject*; None when it does."""
    if subject.group.risk_tier is RiskTier.HIGH:
        return f"group {subject.group.name} has the risk tier high"
    if policy.approval is Approval.REVIEW:
        return f"policy {policy.name} leaves approvals to people"
    return None


def approvable(judgement: Judgement) -> bool:
    """Whether a person may approve what was held: everything is there, and one policy has judged it."""
    undecided = {result.check for result in judgement.results if result.status is Status.INCONCLUSIVE}
    return (
        judgement.verdict is Verdict.HOLD and bool(judgement.results) and not undecided.intersection((ARRIVED, PACKAGE))
    )


def _judge(subject: Subject, bundle: Bundle) -> Judgement:
    newest = subject.newest_bundle
    if newest is not None and bundle.version < newest:
        older = (
            f"the policy bundle in force has version {bundle.version}, but {subject.group.name} was judged by {newest}"
        )
        return _held(subject, None, f"{older}; publish the old content as a new version and apply it")
    policies = matching(bundle, subject.group, subject.metadata)
    if len(policies) != 1:
        return _held(subject, None, ungoverned(subject, policies))
    policy = policies[0]
    try:
        results = evaluate(subject, policy)
    except PolicyError as error:
        return _held(subject, policy, f"the policy cannot be used: {error}; use it with the code that it was built for")
    waived = waive(results, subject, policy, bundle)
    verdict = decide(votes_of(waived.results), asked_of(policy))
    why = left_to_people(subject, policy) if verdict is Verdict.APPROVE else None
    passed = f"every check passed, and a person decides: {why}" if why else ""
    return Judgement(
        policy=policy.name,
        policy_version=policy.version,
        results=waived.results,
        verdict=Verdict.HOLD if why else verdict,
        reasons=(passed, *remarkable(waived.results)) if why else reasons_of(verdict, waived.results, policy),
        waivers=waived.uses,
        basis=_basis(subject, policy.name, policy.version, waived.results, passed),
    )


def _held(subject: Subject, policy: Policy | None, reason: str) -> Judgement:
    name, version = (policy.name, policy.version) if policy else (None, None)
    return Judgement(
        policy=name,
        policy_version=version,
        results=(),
        verdict=Verdict.HOLD,
        reasons=(reason,),
        basis=_basis(subject, name, version, (), reason),
    )


def _basis(subject: Subject, policy: str | None, version: int | None, results: Sequence[Result], reason: str) -> str:
    """What a review answers: policy, results and files, so that it lapses when one changes.

    The files matter by themselves: no result says anything about the model, and its address can be written again.
    """
    files = sorted((artifact.name, artifact.digest or artifact.state) for artifact in subject.artifacts)
    answered = (policy, version, tuple(results), reason, tuple(files), subject.containers)
    return sha256_of(canonical(encode(answered)))


def _reviewed(judgement: Judgement, subject: Subject) -> Judgement:
    if judgement.verdict is not Verdict.HOLD:
        return judgement
    answers = [
        review
        for review in subject.reviews
        if review.record.basis == judgement.basis and review.record.package_arn == subject.package_arn
    ]
    # One refusal outweighs any number of approvals.
    answers.sort(key=lambda review: (review.record.verdict is ReviewVerdict.APPROVE, review.id))
    for review in answers:
        if review.record.verdict is ReviewVerdict.REJECT or approvable(judgement):
            return _by(review, judgement)
    return judgement


def _by(review: Review, judgement: Judgement) -> Judgement:
    said = f"reviewed by {review.reviewer}: {review.record.reason}"
    verdict = _VERDICTS[review.record.verdict]
    return replace(judgement, verdict=verdict, reasons=(said, *judgement.reasons), review=review.id)
