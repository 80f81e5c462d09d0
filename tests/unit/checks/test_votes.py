"""From votes to a verdict: nothing approves by default."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.contracts.results import Severity, Status, Verdict
from modelgate.decide import Vote, decide


def vote(status: Status, severity: Severity = Severity.FAIL, check: str = "a", *, measured: bool = True) -> Vote:
    """What one result says."""
    return Vote(check, severity, status, measured)


VOTES = st.builds(
    vote, st.sampled_from(Status), st.sampled_from(Severity), st.sampled_from("abc"), measured=st.booleans()
)
GOOD = {Status.PASS, Status.WAIVED}


@given(st.lists(VOTES, max_size=6), st.dictionaries(st.sampled_from("abc"), st.sampled_from(Severity)))
def test_only_passes_approve_and_at_least_one(votes: list[Vote], asked: dict[str, Severity]) -> None:
    """An approval has a measured pass of a check that could reject, and every check that is asked in good order."""
    verdict = decide(votes, asked)
    counted = [one for one in votes if one.severity is not Severity.WARN]

    rejected = any(one.severity is Severity.FAIL and one.status in (Status.FAIL, Status.MISSING) for one in votes)
    assert (verdict is Verdict.REJECT) is rejected
    if verdict is Verdict.APPROVE:
        assert {one.status for one in counted} <= GOOD
        assert any(one.measured and one.status is Status.PASS and one.severity is Severity.FAIL for one in votes)
        required = {check for check, severity in asked.items() if severity is not Severity.WARN}
        assert required <= {one.check for one in votes if one.status in GOOD}


@pytest.mark.parametrize(
    ("status", "severity", "verdict"),
    [
        (Status.FAIL, Severity.FAIL, Verdict.REJECT),
        (Status.MISSING, Severity.FAIL, Verdict.REJECT),
        (Status.INCONCLUSIVE, Severity.FAIL, Verdict.HOLD),
        (Status.FAIL, Severity.HOLD, Verdict.HOLD),
        (Status.MISSING, Severity.HOLD, Verdict.HOLD),
        (Status.INCONCLUSIVE, Severity.HOLD, Verdict.HOLD),
        *((status, Severity.WARN, Verdict.APPROVE) for status in Status),
        *((status, severity, Verdict.APPROVE) for status in sorted(GOOD) for severity in Severity),
    ],
)
def test_a_severity_says_what_a_result_leads_to(status: Status, severity: Severity, verdict: Verdict) -> None:
    """Fail rejects, hold leaves it to people, warn is only recorded; beside another check that passed."""
    votes = [vote(Status.PASS), vote(status, severity, "b")]

    assert decide(votes, {"a": Severity.FAIL, "b": severity}) is verdict


@pytest.mark.parametrize(
    ("votes", "asked"),
    [
        ([], {}),
        ([vote(Status.PASS)], {"b": Severity.FAIL}),
        ([vote(Status.PASS)], {"b": Severity.HOLD}),
        ([vote(Status.PASS, measured=False)], {"a": Severity.FAIL}),
        ([vote(Status.PASS, Severity.HOLD)], {"a": Severity.HOLD}),
        ([vote(Status.PASS, Severity.WARN)], {"a": Severity.WARN}),
        ([vote(Status.WAIVED)], {"a": Severity.FAIL}),
    ],
)
def test_a_check_without_result_is_no_pass(votes: list[Vote], asked: dict[str, Severity]) -> None:
    """``all([])`` is true; the gate does not fall for it."""
    assert decide(votes, asked) is Verdict.HOLD
