"""Why a verdict is what it is: the sentences that a person reads first."""

from collections.abc import Sequence

from modelgate.contracts.results import Result, Severity, Status, Verdict
from modelgate.contracts.subject import Subject
from modelgate.policy.model import Policy

_GOOD = (Status.PASS, Status.WAIVED)


def reasons_of(verdict: Verdict, results: Sequence[Result], policy: Policy) -> tuple[str, ...]:
    """An approval lists everything, waivers and warnings first; the others list what stands in the way."""
    if verdict is Verdict.APPROVE:
        return (*remarkable(results), *(result.sentence for result in results if result.status is Status.PASS))
    against = [r for r in results if r.severity is not Severity.WARN and r.status not in _GOOD]
    against.sort(key=lambda r: r.severity is not Severity.FAIL or r.status is Status.INCONCLUSIVE)
    reasons = tuple(result.sentence for result in against) or (_unproved(results, policy),)
    return (*reasons, *_warnings(results))


def remarkable(results: Sequence[Result]) -> tuple[str, ...]:
    """What a person should know although it stands in nobody's way."""
    return (*(result.sentence for result in results if result.status is Status.WAIVED), *_warnings(results))


def _warnings(results: Sequence[Result]) -> tuple[str, ...]:
    return tuple(f"warning: {r.sentence}" for r in results if r.severity is Severity.WARN and r.status not in _GOOD)


def _unproved(results: Sequence[Result], policy: Policy) -> str:
    """Why nothing is approved although nothing stands against it."""
    asked = {check.id for check in policy.checks if check.severity is not Severity.WARN}
    without = sorted(asked.difference(result.check for result in results))
    if without or not results:
        return f"no result for {', '.join(without) or 'anything'}, and nothing is approved without one"
    return "no check that could reject has passed on a measured number, and nothing is approved without one"


def ungoverned(subject: Subject, policies: Sequence[Policy]) -> str:
    """Why *subject* has no judge, where not exactly one of *policies* governs it."""
    group = subject.group.name
    if not policies:
        return f"no policy governs group {group}; give it the tags that a policy asks for, or write a policy"
    names = ", ".join(sorted(policy.name for policy in policies))
    return f"more than one policy governs group {group} ({names}); change their match so that only one does"
