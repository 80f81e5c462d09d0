"""Which checks the cases have shown to pass and not to pass: a check seen one way only may be no check at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from modelgate.cli.cases.run import CaseResult, named, worst
from modelgate.contracts.results import Severity, Status, Verdict
from modelgate.policy.model import Bundle, Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One check of one policy, and which ways it was shown to go by cases that hold."""

    policy: str
    check: str
    passed: bool
    not_passed: bool

    @property
    def gap(self) -> str | None:
        """What no case shows, as a sentence; None when both ways are shown."""
        if self.passed and self.not_passed:
            return None
        missing = "neither passes nor fails" if not (self.passed or self.not_passed) else "never fails"
        missing = "never passes" if self.not_passed and not self.passed else missing
        return f"{self.policy}: check {self.check!r} {missing} in any case that says so; add one"


def coverage_of(bundle: Bundle, results: Sequence[CaseResult]) -> list[Coverage]:
    """Every check of *bundle*, by policy and check.

    A check counts as passed where a case expects that, or expects an approval that it could have prevented; as not
    passed only where a case expects so of this very check: another one may be why a package was rejected.
    """
    return [
        Coverage(
            policy=policy.name,
            check=check.id,
            passed=any(_passed(check, result) for result in results if _judged_by(policy.name, result)),
            not_passed=any(_not_passed(check, result) for result in results if _judged_by(policy.name, result)),
        )
        for policy in bundle.policies
        for check in policy.checks
    ]


def coverage_gaps(bundle: Bundle, results: Sequence[CaseResult]) -> list[str]:
    """What the cases do not show, a sentence each."""
    return [gap for coverage in coverage_of(bundle, results) if (gap := coverage.gap) is not None]


def _judged_by(policy: str, result: CaseResult) -> bool:
    return result.holds and result.judgement is not None and result.judgement.policy == policy


def _passed(check: Check, result: CaseResult) -> bool:
    assert result.judgement is not None  # noqa: S101 - `_judged_by` saw to it
    found = named(result.judgement.results, check.id)
    if not found or worst(found).status is not Status.PASS:
        return False
    approves = result.judgement.verdict is Verdict.APPROVE and check.severity is not Severity.WARN
    return approves or Status.PASS in _expected(check, result)


def _not_passed(check: Check, result: CaseResult) -> bool:
    return any(status is not Status.PASS for status in _expected(check, result))


def _expected(check: Check, result: CaseResult) -> set[Status]:
    expected = result.case.case.expect.results
    return {status for name, status in expected.items() if name.partition("[")[0] == check.id}
