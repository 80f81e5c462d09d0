"""A replay and the step's own engine give the same verdicts: there is one engine, however many decisions it judges."""

import random
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest
from modelgate.contracts.results import Bound, Result, Severity, Status
from modelgate.contracts.subject import Prior
from modelgate.decide import judge
from modelgate.evaluate import evaluate, own_facts
from modelgate.evidence.record import EvidenceRecord, Outcome
from modelgate.policy.model import (
    Against,
    Approval,
    Better,
    Bundle,
    Change,
    Check,
    Evidence,
    FacetChoice,
    FirstVersion,
    Judge,
    OnInfinite,
    Waiver,
)
from modelgate.replay.again import replay
from modelgate.replay.pack import frames_of
from modelgate.replay.segment import from_json, to_json

from tests.unit.checks.subjects import bundle, check, policy
from tests.unit.replay.archive import archive


def change(against: Against, first: FirstVersion = FirstVersion.PASS) -> Change:
    """A change rule on something that should be high."""
    of = 5 if against is Against.BEST_APPROVED else 1
    return Change(
        against=against,
        of=of,
        better=Better.HIGHER,
        worse_by=0.02,
        worse_by_percent=None,
        suspicious_gain=0.2,
        first_version=first,
    )


CHECKS: tuple[Check, ...] = (
    check("model_quality", id="auc", metric="auc", low=0.7),
    check("model_quality", id="auc-sure", metric="auc", low=0.7, confidence=0.95),
    check("model_quality", id="auc-rows", metric="auc", low=0.7, minimum_n=100, severity=Severity.HOLD),
    check("model_quality", id="auc-margin", metric="auc", measure="margin", low=0.1),
    check("model_quality", id="auc-last", metric="auc", change=change(Against.LAST_APPROVED)),
    check("model_quality", id="auc-best", metric="auc", low=0.6, change=change(Against.BEST_APPROVED)),
    check("model_quality", id="auc-base", metric="auc", change=change(Against.BASELINES, FirstVersion.HOLD)),
    check("bias", id="di", metric="DI", low=0.8, high=1.25, facets=()),
    check("bias", id="di-worst", metric="DI", low=0.8, high=1.25, facets=(), judge=Judge.WORST),
    check("bias", id="te", metric="TE", low=-0.4, high=0.4, facets=(), on_infinite=OnInfinite.HOLD),
    check("bias", id="te-b", metric="TE", low=-1, high=1, facets=(FacetChoice(facet="race", values=("b",)),)),
    check("bias", id="ad-warns", metric="AD", low=-0.1, high=0.1, facets=(), severity=Severity.WARN),
    check("explainability", id="share", features=("race",), measure="share", low=0, high=0.03),
    check("explainability", id="rank", features=("race",), measure="rank", low=3),
    check("gap", id="gap", metric="recall", facets=(), measure="difference", high=0.3, severity=Severity.HOLD),
    check("metric", id="slices", metric="recall", facets=(), low=0.1),
    check("data_quality", id="columns", metric="item_count", low=1, severity=Severity.WARN),
)
WAIVER = Waiver(
    id="w",
    policy="made-up",
    check="di",
    group="loan-approval",
    team="lending",
    facet="race",
    facet_value="*",
    floor=0.75,
    ceiling=None,
    reason="r",
    ticket="T-1",
    owner="a",
    approver="b",
    granted="2026-01-01",
    expires="2026-01-10",
)


@cache
def recorded() -> tuple[EvidenceRecord, ...]:
    """An archive under a policy of its own."""
    return tuple(archive(150, bundle(CHECKS[0], CHECKS[5], CHECKS[7])))


def candidate(seed: int) -> Bundle:
    """A bundle of some of the checks, with a waiver, an age, and bounds that differ."""
    draw = random.Random(seed)  # noqa: S311 - a choice of cases
    chosen = tuple(sorted(draw.sample(CHECKS, draw.randint(1, 6)), key=lambda one: one.id))
    evidence = Evidence(
        required=draw.choice([(), ("Explainability",)]),
        content_digest_required=draw.random() < 0.5,
        maximum_age_days=draw.choice([None, 30]),
    )
    approval = draw.choice([Approval.AUTOMATIC, Approval.AUTOMATIC, Approval.REVIEW])
    made = policy(*chosen, evidence=evidence, approval=approval)
    return Bundle(version=1, policies=(made,), waivers=(WAIVER,), budgets={"lending": draw.choice([0, 1])})


def words(results: Iterable[Result]) -> list[str]:
    """What did not pass: in full, but for addresses and digests of files, which an archive does not pack."""
    return sorted(
        f"{r.check} {r.status}" if r.check.startswith("evidence-") else r.sentence
        for r in results
        if r.status is not Status.PASS
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_replay_says_what_the_step_would_say(seed: int) -> None:
    """Verdict and every result that did not pass, for policies of any kind of check."""
    records, under = recorded(), candidate(seed)
    of = [one for one in under.policies[0].checks if one.change and one.change.against is not Against.BASELINES]
    # The archive's own history was kept for its own rule only; others are tested below.
    if any(one.id != "auc-best" for one in of):
        under = replace(under, policies=(replace(under.policies[0], checks=_without(under, {one.id for one in of})),))
    found = {one.about.decision_id: one for one in replay(from_json(to_json(frames_of(records))), under, near=0.02)}

    assert len(found) == len(records)
    for record in records:
        again = found[record.decision_id]
        found_by_the_step = evaluate(record.subject, under.policies[0])
        assert again.verdict is judge(record.subject, under).verdict
        assert words(again.results) == words(found_by_the_step)


def _without(under: Bundle, ids: set[str]) -> tuple[Check, ...]:
    kept = tuple(one for one in under.policies[0].checks if one.id not in ids or one.id == "auc-best")
    return kept or (CHECKS[0],)


def test_a_new_change_rule_is_tried_on_the_archive_itself() -> None:
    """Records kept no earlier numbers for it, and yet it is judged as if it had been in force all the time."""
    before = tuple(archive(200, bundle(CHECKS[0])))
    rule = bundle(check("model_quality", id="auc", metric="auc", low=0.7, change=change(Against.LAST_APPROVED)))
    assert all(record.subject.history == () for record in before)

    found = {one.about.decision_id: one for one in replay(frames_of(before), rule, near=0)}

    approved: dict[str, tuple[Prior, ...]] = {}
    for record in before:
        group, known = record.subject.group.name, approved.get(record.subject.group.name, ())
        judgement = judge(replace(record.subject, history=known), rule)
        again = found[record.decision_id]
        assert (again.verdict, words(again.results)) == (judgement.verdict, words(judgement.results))
        if record.outcome is Outcome.APPROVED:
            version = int(record.subject.package_arn.rpartition("/")[2])
            prior = Prior(
                version=version, decision_id=record.decision_id, record_digest="", facts=own_facts(record.subject.facts)
            )
            approved[group] = (prior, *known)
    assert any(result.reference is not None for again in found.values() for result in again.results)


def test_a_near_miss_passed_and_would_not_with_a_tighter_bound() -> None:
    """Two percent of the bound by default; a number on the far side is no near miss but a failure."""
    records = recorded()
    under = bundle(check("model_quality", id="auc", metric="auc", low=0.7))

    found = list(replay(frames_of(records), under, near=0.02))

    near = [one.number for again in found for one in again.near]
    assert near
    assert all(0.7 <= number < 0.7 * 1.02 for number in near)
    assert Bound(min=0.7 * 1.02, max=None).outside(near) == list(range(len(near)))
