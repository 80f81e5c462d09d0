"""One package: each kind of finding, and everything that is none."""

from dataclasses import replace

import pytest
from modelgate.audit.adopt import adopt, legacy_finding
from modelgate.audit.finding import Kind
from modelgate.audit.package import Watched, canary_finding
from modelgate.audit.remedy import Remedy, RemedyKind
from modelgate.contracts.package import APPROVED, PENDING, REJECTED
from modelgate.contracts.results import Verdict
from modelgate.evidence.record import Outcome

from tests.unit.audit.watched_made_up import (
    ARN,
    BOUND,
    CREATED,
    EMPTY,
    NOW,
    SHADOW,
    ago,
    broken_glass,
    failed,
    fault,
    found,
    kinds,
    package,
    signed,
    watched,
)

EDITED = "s3://bucket/another"
YESTERDAY, TODAY = ago(days=1), ago(hours=1)


@pytest.mark.parametrize(
    ("status", "outcome"), [(APPROVED, Outcome.APPROVED), (REJECTED, Outcome.REJECTED), (PENDING, Outcome.HELD)]
)
def test_a_status_that_a_signed_record_decided_is_no_finding(status: str, outcome: Outcome) -> None:
    """Approved, rejected and held; held is not undecided, however long it waits for a person."""
    assert kinds(watched(package(status), signed(outcome, written_at=ago(days=4)))) == []


def test_approved_by_hand_is_found_and_could_be_set_back() -> None:
    """Nothing proves it; the sentence names the package and says what to do."""
    (finding,) = found(watched(package(APPROVED)))

    assert finding.kind is Kind.APPROVED_WITHOUT_RECORD
    assert finding.remedy == Remedy(kind=RemedyKind.REVERT, arn=package(APPROVED).arn, since=CREATED)
    assert ARN in finding.sentence
    assert "do not deploy it" in finding.sentence


def test_a_forged_record_is_found_and_proves_nothing() -> None:
    """Both are said: that it lies there, and that the approval has nothing else."""
    seen = watched(package(APPROVED), fault(written_at=TODAY))

    assert kinds(seen) == [Kind.RECORD_NOT_VALID, Kind.APPROVED_WITHOUT_RECORD]


def test_a_forged_record_is_found_whatever_the_status() -> None:
    """It may be meant for later."""
    assert kinds(watched(package(REJECTED), fault(written_at=TODAY))) == [Kind.RECORD_NOT_VALID]


def test_many_invalid_records_are_one_finding_that_counts_them() -> None:
    """A sentence stays short enough to be read."""
    (finding,) = found(watched(package(REJECTED), *(fault(written_at=TODAY, name=f"r{n}") for n in range(5))))

    assert "5 records" in finding.sentence
    assert "and 2 more" in finding.sentence


def test_records_from_before_the_group_was_watched_are_no_finding() -> None:
    """They are of an earlier form, which is not read any more."""
    assert kinds(watched(package(REJECTED), fault(written_at="2026-10-01T00:00:00+00:00"))) == []


def test_a_package_edited_after_its_approval_is_found_and_could_be_set_back() -> None:
    """What is approved now was never judged."""
    seen = watched(package(APPROVED, model=EDITED), signed(Outcome.APPROVED, written_at=YESTERDAY))
    (finding,) = found(seen)

    assert finding.kind is Kind.CHANGED_SINCE_DECISION
    assert finding.remedy is not None
    assert finding.remedy.kind is RemedyKind.REVERT


@pytest.mark.parametrize(("status", "outcome"), [(REJECTED, Outcome.REJECTED), (PENDING, Outcome.HELD)])
def test_a_package_edited_after_another_decision_is_found(status: str, outcome: Outcome) -> None:
    """Nobody may edit; there is no approval to set back."""
    (finding,) = found(watched(package(status, model=EDITED), signed(outcome, written_at=YESTERDAY)))

    assert (finding.kind, finding.remedy) == (Kind.CHANGED_SINCE_DECISION, None)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (APPROVED, Outcome.REJECTED),
        (APPROVED, Outcome.HELD),
        (REJECTED, Outcome.APPROVED),
        (REJECTED, Outcome.HELD),
    ],
)
def test_a_status_that_the_last_record_does_not_say_is_found(status: str, outcome: Outcome) -> None:
    """Somebody else wrote it; only an approval could be set back."""
    (finding,) = found(watched(package(status), signed(outcome, written_at=YESTERDAY)))

    assert finding.kind is Kind.STATUS_NOT_DECIDED
    assert (finding.remedy is not None) == (status == APPROVED)


def test_an_older_approval_does_not_prove_what_was_rejected_later() -> None:
    """The last word counts."""
    records = (signed(Outcome.REJECTED, written_at=TODAY), signed(Outcome.APPROVED, written_at=YESTERDAY))

    assert kinds(watched(package(APPROVED), *records)) == [Kind.STATUS_NOT_DECIDED]


def test_an_edit_after_a_hold_and_an_approval_by_hand_is_found() -> None:
    """Two wrongs do not hide each other."""
    seen = watched(package(APPROVED, model=EDITED), signed(Outcome.HELD, written_at=YESTERDAY))

    assert kinds(seen) == [Kind.STATUS_NOT_DECIDED]


def test_a_record_about_a_package_of_the_same_name_created_at_another_time_proves_nothing() -> None:
    """The version was deleted and made again."""
    seen = watched(
        package(APPROVED), signed(Outcome.APPROVED, written_at=YESTERDAY, creation_time="2026-11-19T00:00:00+00:00")
    )

    assert kinds(seen) == [Kind.CHANGED_SINCE_DECISION]


def test_a_hold_of_a_package_of_the_same_name_created_at_another_time_holds_nothing() -> None:
    """This one waits for a decision of its own."""
    held = signed(Outcome.HELD, written_at=YESTERDAY, creation_time="2026-11-19T00:00:00+00:00")

    assert kinds(watched(package(PENDING), held)) == [Kind.UNDECIDED]


def test_a_conflict_does_not_end_a_hold() -> None:
    """A later run met somebody else's status, which has been taken back since; people still have the hold to decide."""
    records = (signed(Outcome.HELD, written_at=ago(days=2)), signed(Outcome.CONFLICT, written_at=YESTERDAY))

    assert kinds(watched(package(PENDING), *records)) == []


def test_rejected_without_any_record_is_no_finding() -> None:
    """It keeps nothing out of production that belongs there, and nothing in."""
    assert kinds(watched(package(REJECTED))) == []


def test_a_person_who_decided_first_is_found_as_unproved_not_as_conflict() -> None:
    """The record of a conflict decides nothing."""
    assert kinds(watched(package(APPROVED), signed(Outcome.CONFLICT, written_at=YESTERDAY))) == [
        Kind.APPROVED_WITHOUT_RECORD
    ]
    assert kinds(watched(package(REJECTED), signed(Outcome.CONFLICT, written_at=YESTERDAY))) == []


@pytest.mark.parametrize("status", [APPROVED, REJECTED])
def test_break_glass_is_a_finding_for_a_day(status: str) -> None:
    """Its status is proved by it; the alarm is to be over before the next use."""
    (finding,) = found(watched(package(status), broken_glass(status, written_at=TODAY)))

    assert (finding.kind, finding.remedy) == (Kind.BREAK_GLASS_USED, None)
    assert "the region is down" in finding.sentence
    assert kinds(watched(package(status), broken_glass(status, written_at=ago(days=1, seconds=1)))) == []


def test_break_glass_on_a_package_edited_since_proves_nothing() -> None:
    """It was for what was there then."""
    seen = watched(package(APPROVED, model=EDITED), broken_glass(APPROVED, written_at=TODAY))

    assert kinds(seen) == [Kind.BREAK_GLASS_USED, Kind.CHANGED_SINCE_DECISION]


def test_a_status_other_than_the_glass_was_broken_for_is_found() -> None:
    """Either way round."""
    expected = [Kind.BREAK_GLASS_USED, Kind.STATUS_NOT_DECIDED]
    assert kinds(watched(package(APPROVED), broken_glass(REJECTED, written_at=TODAY))) == expected
    assert kinds(watched(package(REJECTED), broken_glass(APPROVED, written_at=TODAY))) == expected


def test_pending_beyond_the_bound_is_undecided_and_could_be_judged_again() -> None:
    """The event was lost, or every execution failed."""
    seen = watched(package(PENDING))
    (finding,) = found(seen)

    assert finding.kind is Kind.UNDECIDED
    assert finding.remedy == Remedy(kind=RemedyKind.JUDGE, arn=seen.package.arn, since=CREATED)


@pytest.mark.parametrize(("seconds", "expected"), [(BOUND, []), (BOUND + 1, [Kind.UNDECIDED])])
def test_a_package_may_wait_as_long_as_the_bound(seconds: int, expected: list[Kind]) -> None:
    """The bound itself is still in time."""
    assert kinds(watched(package(PENDING, LastModifiedTime=NOW, CreationTime=NOW))) == []
    waiting = package(PENDING)
    assert kinds(watched(replace(waiting, creation_time=ago(seconds=seconds)))) == expected


def test_a_package_set_back_to_pending_waits_from_then_on() -> None:
    """Its registration may be years old."""
    set_back = replace(package(PENDING), last_modified_time=ago(seconds=60))

    assert kinds(watched(set_back, signed(Outcome.REJECTED, written_at=ago(days=2)))) == []


@pytest.mark.parametrize("outcome", [Outcome.APPROVED, Outcome.REJECTED, Outcome.CONFLICT, Outcome.SHADOW])
def test_a_decision_that_never_reached_the_registry_leaves_the_package_undecided(outcome: Outcome) -> None:
    """The run crashed between record and status, met somebody else's status, or was in shadow while its group was."""
    assert kinds(watched(package(PENDING), signed(outcome, written_at=YESTERDAY))) == [Kind.UNDECIDED]


def test_a_decision_just_written_may_still_reach_the_registry() -> None:
    """The step writes the status right after the record."""
    assert kinds(watched(package(PENDING), signed(Outcome.APPROVED, written_at=ago(seconds=5)))) == []


def test_a_failed_execution_is_found_at_once_and_could_be_judged_again() -> None:
    """Nobody has to wait for the bound to hear of it."""
    fresh = replace(package(PENDING), creation_time=ago(seconds=300))
    (finding,) = found(watched(fresh, unfinished=failed(started_at=ago(seconds=200))))

    assert finding.kind is Kind.EXECUTION_FAILED
    assert finding.remedy is not None
    assert finding.remedy.kind is RemedyKind.JUDGE
    assert "out of memory" in finding.sentence


def test_a_failed_execution_is_no_finding_once_it_has_been_decided_since() -> None:
    """The next attempt made it good; a decision from before it did not."""
    execution = failed(started_at=ago(hours=3))
    held_later = watched(package(PENDING), signed(Outcome.HELD, written_at=ago(hours=2)), unfinished=execution)
    held_before = watched(package(PENDING), signed(Outcome.HELD, written_at=ago(hours=4)), unfinished=execution)

    assert kinds(held_later) == []
    assert kinds(held_before) == [Kind.EXECUTION_FAILED]


@pytest.mark.parametrize("status", [APPROVED, REJECTED])
def test_a_failed_execution_of_a_decided_package_is_no_finding(status: str) -> None:
    """Somebody has decided; nothing waits for it."""
    outcome = Outcome.APPROVED if status == APPROVED else Outcome.REJECTED
    seen = watched(package(status), signed(outcome, written_at=YESTERDAY), unfinished=failed(started_at=TODAY))

    assert kinds(seen) == []


@pytest.mark.parametrize("status", [APPROVED, REJECTED, PENDING])
def test_people_decide_in_a_shadow_group(status: str) -> None:
    """Whatever its packages are, once judged; and what people approved before it was judged as well."""
    judged = watched(package(status), signed(Outcome.SHADOW, written_at=YESTERDAY), group=SHADOW)

    assert kinds(judged, None) == []
    assert kinds(watched(package(APPROVED), group=SHADOW), None) == []


def test_a_shadow_package_that_nobody_judged_is_undecided() -> None:
    """Shadow is for finding out what the gate would say."""
    assert kinds(watched(package(PENDING), group=SHADOW), None) == [Kind.UNDECIDED]
    assert kinds(watched(package(APPROVED), group=SHADOW, unfinished=failed(started_at=TODAY)), None) == [
        Kind.EXECUTION_FAILED
    ]


def test_a_shadow_package_is_never_set_back() -> None:
    """Edited or not, its status is not the gate's."""
    seen = watched(package(APPROVED, model=EDITED), signed(Outcome.SHADOW, written_at=YESTERDAY), group=SHADOW)

    assert [(f.kind, f.remedy) for f in found(seen, None)] == [(Kind.CHANGED_SINCE_DECISION, None)]


def test_what_was_approved_before_is_listed_once_and_then_left_alone() -> None:
    """The first audit notes it, every later one finds it proved by that note."""
    seen = watched(package(APPROVED))
    adoption = adopt("loan-approval", [seen], now=NOW)

    assert list(adoption.packages) == ["1"]
    assert legacy_finding(seen).kind is Kind.LEGACY
    assert kinds(seen, adoption) == []


def test_what_was_approved_before_with_a_record_of_an_earlier_form_is_listed_too() -> None:
    """Records that nobody signed are not read any more, and flagging them for ever would help nobody."""
    seen = watched(package(APPROVED), fault(written_at=YESTERDAY))
    adoption = adopt("loan-approval", [seen], now=NOW)

    assert kinds(seen, adoption) == []


def test_what_people_approved_while_the_group_was_in_shadow_is_legacy_once_its_verdicts_bind() -> None:
    """Else the first day in force would flag, and might set back, all that is in production."""
    seen = watched(package(APPROVED), signed(Outcome.SHADOW, written_at=YESTERDAY, verdict=Verdict.REJECT))
    adoption = adopt("loan-approval", [seen], now=NOW)

    assert list(adoption.packages) == ["1"]
    assert kinds(seen, adoption) == []


def test_what_was_edited_after_its_adoption_is_found() -> None:
    """It was adopted as it was."""
    adoption = adopt("loan-approval", [watched(package(APPROVED))], now=NOW)

    assert kinds(watched(package(APPROVED, model=EDITED)), adoption) == [Kind.CHANGED_SINCE_DECISION]


@pytest.mark.parametrize(
    "seen",
    [
        watched(package(PENDING)),
        watched(package(REJECTED)),
        watched(package(APPROVED), signed(Outcome.APPROVED, written_at=YESTERDAY)),
        watched(package(APPROVED), signed(Outcome.REJECTED, written_at=YESTERDAY)),
        watched(package(APPROVED, model=EDITED), signed(Outcome.APPROVED, written_at=YESTERDAY)),
        watched(package(APPROVED), broken_glass(APPROVED, written_at=YESTERDAY)),
        watched(package(APPROVED), signed(Outcome.REJECTED, written_at=YESTERDAY), fault(written_at=TODAY)),
    ],
    ids=["pending", "rejected", "decided", "decided otherwise", "edited", "break-glass", "forged after a rejection"],
)
def test_nothing_else_is_adopted(seen: Watched) -> None:
    """Whatever a signed word was ever said on has been watched, so an adoption cannot launder it."""
    assert adopt("loan-approval", [seen], now=NOW).packages == {}


def test_a_group_without_packages_is_adopted_as_empty() -> None:
    """So that what is approved by hand tomorrow is a finding."""
    assert adopt("loan-approval", [], now=NOW) == replace(EMPTY, adopted_at=NOW.isoformat())


@pytest.mark.parametrize(
    "seen",
    [
        watched(package(APPROVED), signed(Outcome.APPROVED, written_at=YESTERDAY)),
        watched(package(APPROVED)),
        watched(package(PENDING), signed(Outcome.APPROVED, written_at=YESTERDAY)),
        watched(package(APPROVED), broken_glass(APPROVED, written_at=YESTERDAY)),
        watched(package(REJECTED), signed(Outcome.SHADOW, written_at=YESTERDAY), group=SHADOW),
    ],
    ids=["decided", "by hand", "about to be", "break-glass", "in shadow"],
)
def test_a_canary_that_passed_is_found(seen: Watched) -> None:
    """By whatever way: it is known to be bad."""
    finding = canary_finding(seen)

    assert finding is not None
    assert finding.kind is Kind.CANARY_APPROVED


@pytest.mark.parametrize(
    "seen",
    [
        watched(package(REJECTED), signed(Outcome.REJECTED, written_at=YESTERDAY)),
        watched(package(PENDING)),
        watched(package(PENDING), signed(Outcome.HELD, written_at=YESTERDAY)),
        watched(package(REJECTED), signed(Outcome.SHADOW, written_at=YESTERDAY, verdict=Verdict.REJECT), group=SHADOW),
    ],
    ids=["rejected", "pending", "held", "rejected in shadow"],
)
def test_a_canary_that_did_not_pass_is_no_finding(seen: Watched) -> None:
    """It does its duty by being refused."""
    assert canary_finding(seen) is None
