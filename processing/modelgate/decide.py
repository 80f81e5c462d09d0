"""From results to a verdict. Nothing approves by default: doubt holds, and a fault in the content rejects."""

from collections.abc import Sequence

from modelgate.contracts.results import Judgement, Result, Status, Verdict
from modelgate.contracts.subject import Subject
from modelgate.errors import PolicyError
from modelgate.evaluate import evaluate
from modelgate.policy.matching import matching
from modelgate.policy.model import Bundle, Policy


def judge(subject: Subject, bundle: Bundle) -> Judgement:
    """Judge *subject* by the one policy of *bundle* that governs its group."""
    policies = matching(bundle, subject.group)
    if len(policies) != 1:
        return _held(None, _ungoverned(subject, policies))
    policy = policies[0]
    try:
        results = evaluate(subject, policy)
    except PolicyError as error:
        return _held(policy, f"the policy cannot be used: {error}; use it with the code that it was built for")
    verdict = decide(results, [check.id for check in policy.checks])
    return Judgement(
        policy=policy.name,
        policy_version=policy.version,
        results=results,
        verdict=verdict,
        reasons=_reasons(verdict, results),
    )


def _held(policy: Policy | None, reason: str) -> Judgement:
    return Judgement(
        policy=policy.name if policy else None,
        policy_version=policy.version if policy else None,
        results=(),
        verdict=Verdict.HOLD,
        reasons=(reason,),
    )


def decide(results: Sequence[Result], asked: Sequence[str]) -> Verdict:
    """The verdict on *results*; an approval needs a pass, and nothing else, for every check that was *asked*."""
    statuses = {result.status for result in results}
    if statuses & {Status.FAIL, Status.MISSING}:
        return Verdict.REJECT
    passed = {result.check for result in results if result.status is Status.PASS}
    if statuses == {Status.PASS} and asked and passed.issuperset(asked):
        return Verdict.APPROVE
    return Verdict.HOLD


def _reasons(verdict: Verdict, results: Sequence[Result]) -> tuple[str, ...]:
    if verdict is Verdict.APPROVE:
        return tuple(result.sentence for result in results)
    reasons = tuple(result.sentence for result in results if result.status is not Status.PASS)
    return reasons or ("no check gave a result, and nothing is approved without one",)


def _ungoverned(subject: Subject, policies: Sequence[Policy]) -> str:
    group = subject.group.name
    if not policies:
        return f"no policy governs group {group}; give it the tags that a policy asks for, or write a policy"
    names = ", ".join(sorted(policy.name for policy in policies))
    return f"more than one policy governs group {group} ({names}); change their match so that only one does"
