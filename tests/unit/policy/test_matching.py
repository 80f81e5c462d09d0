"""Which policy governs a package."""

from dataclasses import replace
from pathlib import Path

import pytest
from modelgate.contracts.gate import Group, ProblemType, RiskTier
from modelgate.policy.matching import matching
from modelgate.policy.model import Match

from tests.unit.policy.folders import POLICY, bundle_of

GROUP = Group(
    name="loan-approval",
    team="lending",
    account="333333333333",
    tags={"policy": "loans", "tier": "high"},
    risk_tier=RiskTier.HIGH,
    problem_type=ProblemType.BINARY,
)


@pytest.mark.parametrize(
    ("match", "governed"),
    [
        ("tags: {policy: loans}", True),
        ("tags: {policy: loans, tier: high}", True),
        ("tags: {policy: loans, tier: low}", False),
        ("tags: {region: eu}", False),
        ("groups: [loan-*]", True),
        ("groups: [Loan-*]", False),
        ("groups: ['loan-[a-z]*']", False),
        ("groups: ['loan?approval']", False),
        ("groups: [car, loan-approval]", True),
        ("groups: [loan-*]\n  tags: {tier: low}", False),
        ("accounts: ['333333333333', '444444444444']", True),
        ("accounts: ['444444444444']", False),
        ("problem_types: [regression, binary]", True),
        ("problem_types: [regression]", False),
        ("risk_tiers: [high]", True),
        ("risk_tiers: [low, medium]", False),
        ("tags: {policy: loans}\n  metadata: {purpose: cars}", True),
        ("tags: {policy: loans}\n  metadata: {purpose: vans}", False),
    ],
)
def test_everything_given_must_fit(tmp_path: Path, match: str, governed: bool) -> None:
    """Every tag and all of the metadata; of a list one entry. Names are patterns, and case matters."""
    bundle = bundle_of(tmp_path, POLICY.replace("tags: {policy: loans}", match))

    assert bool(matching(bundle, GROUP, {"purpose": "cars"})) is governed


def test_a_group_without_tier_or_type_fits_no_policy_that_asks_for_one(tmp_path: Path) -> None:
    """Nothing is assumed."""
    bare = replace(GROUP, risk_tier=None, problem_type=None)
    bundle = bundle_of(
        tmp_path,
        POLICY.replace("tags: {policy: loans}", "risk_tiers: [low, medium, high]"),
        POLICY.replace("tags: {policy: loans}", "problem_types: [binary]").replace("policy: loans", "policy: cars"),
    )

    assert matching(bundle, bare, {}) == ()


def test_metadata_alone_governs_nothing_even_in_a_bundle_that_went_round_the_lint(tmp_path: Path) -> None:
    """A team must not choose its judge."""
    bundle = bundle_of(tmp_path, POLICY)
    alone = Match(groups=(), accounts=(), tags={}, metadata={"a": "b"}, problem_types=(), risk_tiers=())
    bundle = replace(bundle, policies=(replace(bundle.policies[0], match=alone),))

    assert matching(bundle, GROUP, {"a": "b"}) == ()
