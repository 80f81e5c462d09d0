"""The benchmark's own judgement: what it would call lost, doubled or wrong."""

import pytest

from tests.benchmarks.ledger import Execution, Ledger, faults, peak
from tests.benchmarks.producers import Package

SOUND = Package(arn="package/1", expected="Approved", at=0.0)


def execution(began: float = 0.0, ended: float = 1.0, *, status: str = "Succeeded") -> Execution:
    """A run for the one package."""
    return Execution(package=SOUND.arn, status=status, began=began, ended=ended)


def ledger(
    status: str = "Approved",
    records: tuple[str, ...] = ("approved",),
    executions: tuple[Execution, ...] = (execution(),),
    dead_letters: int = 0,
) -> Ledger:
    """What the stores say of the one package."""
    return Ledger(
        statuses={SOUND.arn: status}, records={SOUND.arn: records}, executions=executions, dead_letters=dead_letters
    )


def test_one_right_verdict_with_one_record_and_one_execution_is_no_fault() -> None:
    """The only state without a fault."""
    assert list(faults([SOUND], ledger())) == []


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (ledger(status="PendingManualApproval"), "package/1 is PendingManualApproval, expected Approved"),
        (ledger(status="Rejected"), "package/1 is Rejected, expected Approved"),
        (ledger(records=()), "package/1 has the records [], expected one that says approved"),
        (ledger(records=("held", "approved")), "expected one that says approved"),
        (ledger(records=("rejected",)), "expected one that says approved"),
        (ledger(executions=()), "package/1 had 0 executions, expected one"),
        (ledger(executions=(execution(), execution())), "package/1 had 2 executions, expected one"),
        (ledger(executions=(execution(status="Failed"),)), "an execution for package/1 ended as Failed"),
        (ledger(dead_letters=3), "3 messages lie in dead-letter queues, expected none"),
        (Ledger(statuses={}, records={}, executions=()), "package/1 is None, expected Approved"),
    ],
)
def test_anything_else_is_a_fault_in_a_sentence(found: Ledger, sentence: str) -> None:
    """Lost, doubled, undecided, wrong, failed and put aside are each said."""
    assert any(sentence in fault for fault in faults([SOUND], found))


def test_the_peak_counts_what_overlaps_and_not_what_follows() -> None:
    """An execution that begins at the moment another ends runs alone."""
    assert peak([execution(0, 2), execution(1, 3), execution(3, 4)]) == 2
    assert peak([]) == 0
