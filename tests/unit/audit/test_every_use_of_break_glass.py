"""Every use of break-glass is told, whatever became of it."""

import pytest
from modelgate.audit.finding import Kind
from modelgate.evidence.record import Outcome

from tests.unit.audit.watched_made_up import SHADOW, ago, broken_glass, kinds, package, signed, watched

APPROVED, REJECTED, PENDING = "Approved", "Rejected", "PendingManualApproval"


@pytest.mark.parametrize("group", [{}, {"group": SHADOW}], ids=["enforced", "shadow"])
@pytest.mark.parametrize("status", [APPROVED, REJECTED, PENDING])
def test_a_use_is_told_whatever_the_status_is_by_now(status: str, group: dict[str, object]) -> None:
    """Approved, deployed and set back between two audits: it was used all the same."""
    used = broken_glass(APPROVED, written_at=ago(minutes=5))

    assert kinds(watched(package(status), used, **group)).count(Kind.BREAK_GLASS_USED) == 1


def test_a_use_that_the_gate_has_overruled_since_is_told() -> None:
    """A later decision is the last word; that it was needed stays to be followed up."""
    words = broken_glass(APPROVED, written_at=ago(minutes=5)), signed(Outcome.REJECTED, written_at=ago(minutes=1))

    assert kinds(watched(package(REJECTED), *words)) == [Kind.BREAK_GLASS_USED]


def test_two_uses_are_two_findings() -> None:
    """Neither hides the other."""
    words = (broken_glass(status, written_at=ago(minutes=5)) for status in (REJECTED, APPROVED))

    assert kinds(watched(package(APPROVED), *words)).count(Kind.BREAK_GLASS_USED) == 2
