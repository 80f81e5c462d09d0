"""The shipped policies with something added: a comparison with approved versions, a waiver, a last word for people."""

from dataclasses import replace
from typing import Any

from modelgate.policy.model import (
    Against,
    Approval,
    Better,
    Bundle,
    Change,
    Check,
    FirstVersion,
    Policy,
    Waiver,
)

from tests.unit.steps.world import shipped_policies


def credit() -> Policy:
    """The shipped policy that governs the world's group."""
    (policy,) = Bundle.from_json(shipped_policies()).policies
    return policy


def check_of(name: str) -> Check:
    """The check of that id."""
    return next(check for check in credit().checks if check.id == name)


def changed(
    *,
    version: int = 2,
    checks: tuple[Check, ...] = (),
    waivers: tuple[Waiver, ...] = (),
    approval: Approval = Approval.AUTOMATIC,
) -> bytes:
    """The shipped bundle as another *version*, its credit policy with *checks* added."""
    policy = replace(credit(), checks=(*credit().checks, *checks), approval=approval)
    budgets = {waiver.team: len(waivers) for waiver in waivers}
    bundle = replace(
        Bundle.from_json(shipped_policies()), version=version, policies=(policy,), waivers=waivers, budgets=budgets
    )
    return bundle.to_json()


def no_worse(*, of: int = 1, by: float = 0.02, first: FirstVersion = FirstVersion.PASS) -> Check:
    """The AUC may fall by at most *by* from the best of the last *of* approved versions."""
    change = Change(
        against=Against.LAST_APPROVED if of == 1 else Against.BEST_APPROVED,
        of=of,
        better=Better.HIGHER,
        worse_by=by,
        worse_by_percent=None,
        suspicious_gain=None,
        first_version=first,
    )
    return replace(check_of("auc"), id="auc-erosion", bound=None, change=change)


def no_worse_than_baseline(*, by: float = 0.02) -> Check:
    """The AUC may fall by at most *by* from the registered baseline."""
    check = no_worse(by=by, first=FirstVersion.HOLD)
    assert check.change is not None
    return replace(check, change=replace(check.change, against=Against.BASELINES))


def waiver(**changes: Any) -> Waiver:
    """An exception for the AUC of the world's group, in force for years."""
    made = Waiver(
        id="auc-2026",
        policy="credit",
        check="auc",
        group="loan-approval",
        team="lending",
        facet=None,
        facet_value=None,
        floor=0.6,
        ceiling=None,
        reason="a new segment",
        ticket="RISK-1",
        owner="lending-lead",
        approver="head-of-model-risk",
        granted="2020-01-01",
        expires="2099-12-31",
    )
    return replace(made, **changes)
