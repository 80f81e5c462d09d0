"""Everything in a package is its team's word: tricks with it do not turn a bad number into an approval."""

from dataclasses import replace
from typing import Any

import pytest
from modelgate.contracts.results import Verdict
from modelgate.decide import judge
from modelgate.policy.model import FacetChoice, OnInfinite

from tests.unit.checks.report_data import (
    AFTER,
    BEFORE,
    BIAS,
    DATA,
    QUALITY,
    SHAP,
    Reports,
    bias,
    columns,
    quality,
    shap,
    sliced,
)
from tests.unit.checks.subjects import bundle, check, policy, subject

REGION = FacetChoice(facet="region", values=("north", "south"))
RACE = FacetChoice(facet="race", values=None)
POLICY = policy(
    check("model_quality", id="auc", metric="auc", low=0.7, high=1),
    check("metric", id="regions", metric="auc", low=0.7, high=1, facets=(REGION,)),
    check("gap", id="gap", metric="auc", measure="difference", high=0.1, facets=(REGION,)),
    check("bias", id="di", metric="DI", low=0.8, high=1.25, facets=(RACE,)),
    check("bias", id="te", metric="TE", low=-1, high=1, facets=(), on_infinite=OnInfinite.PASS),
    check("explainability", id="share", measure="share", features=("race*",), low=0, high=0.05),
    check("data_quality", id="rows", metric="item_count", low=50),
    check("data_quality", id="complete", metric="completeness", features=("*",), low=0.9),
)
UNDER = bundle(policies=(POLICY,))


def package() -> Reports:
    """A good one."""
    return {
        **sliced("auc", 0.8, region={"north": 0.8, "south": 0.75}),
        **bias({"race": {"a": {"DI": 1.0, "TE": 0.1}, "b": {"DI": 0.9, "TE": "Infinity"}}}),
        **shap(l={"income": 97, "race_a": 1, "race_b": 1}),
        **columns(100, age=0, zip=3),
    }


def bad(kind: str) -> Reports:
    """One with one bad number."""
    made = package()
    match kind:
        case "auc":
            made[QUALITY]["binary_classification_metrics"]["auc"]["value"] = 0.4
        case "region":
            made[QUALITY]["binary_classification_metrics"]["auc"]["slices"]["region"]["south"] = {"value": 0.4}
        case "di":
            made.update(bias({"race": {"a": {"DI": 1.0, "TE": 0.1}, "b": {"DI": 0.3, "TE": 0.1}}}))
        case "share":
            made.update(shap(l={"income": 50, "race_a": 49, "race_b": 1}))
        case "column":
            made.update(columns(100, age=0, zip=60))
    return made


KINDS = ("auc", "region", "di", "share", "column")


def verdict(reports: Reports, **changes: Any) -> Verdict:
    """What the gate says; a judgement that raised would leave the package undecided for ever."""
    return judge(subject(reports, **changes), UNDER).verdict


def test_the_good_package_is_approved_and_each_bad_one_rejected() -> None:
    """So that the tricks below have something to gain."""
    assert verdict(package()) is Verdict.APPROVE
    assert {kind: verdict(bad(kind)) for kind in KINDS} == dict.fromkeys(KINDS, Verdict.REJECT)


def merged(one: Reports, other: Reports) -> Reports:
    """Both, file by file; where they say the same, the second."""
    return {name: one.get(name, {}) | other.get(name, {}) for name in one | other}


GOOD = package()
TRICKS: dict[str, Reports] = {
    "baselines": {f"DriftCheckBaselines.{name}": GOOD[name] for name in (QUALITY, DATA)},
    "another section": {QUALITY: {"z_metrics": GOOD[QUALITY]["binary_classification_metrics"], "auc": 0.9}},
    "another stage": {"Bias.PreTrainingReport": {BEFORE: GOOD[BIAS][AFTER]}},
    "another report": {"Bias.PostTrainingReport": GOOD[BIAS]},
    "an explanation with bias": {SHAP: GOOD[BIAS] | bad("share")[SHAP]},
    "violations": {BIAS: {"violations": [], "report": GOOD[BIAS]}, QUALITY: {"violations": []}},
    "constraints": {"ModelDataQuality.Constraints": {"violations": [], "features": []}},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("trick", TRICKS)
def test_good_numbers_beside_bad_ones_do_not_help(kind: str, trick: str) -> None:
    """Nothing is replaced by what stands elsewhere; all of it counts."""
    assert verdict(merged(TRICKS[trick], bad(kind))) is Verdict.REJECT


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_team_says_of_itself_does_not_help(kind: str) -> None:
    """Metadata chooses no verdict, and no check reads it."""
    said = {
        "modelgate-verdict": "approved",
        "policy": "none",
        "check": "waived",
        "risk_tier": "low",
        "severity": "warn",
    }

    assert verdict(bad(kind), metadata=said) is Verdict.REJECT


@pytest.mark.parametrize("name", ["auc ", "Auc", "AUC", "аuc", "auc\u200b", "*", "a*c", "auc.value", "auc\n"])
def test_a_metric_of_a_similar_name_is_another(name: str) -> None:
    """Names in reports are no patterns either."""
    made = package()
    metrics = made[QUALITY]["binary_classification_metrics"]
    metrics[name] = metrics.pop("auc")

    assert verdict(made) is Verdict.REJECT


@pytest.mark.parametrize("facet", ["Race", "race ", "r*", "*", "", "race=a"])
def test_a_facet_of_a_similar_name_is_another(facet: str) -> None:
    """A policy that names the facet gets it under that name, or nothing."""
    made = package() | bias({facet: {"a": {"DI": 1.0, "TE": 0.1}}})

    assert verdict(made) is Verdict.REJECT


@pytest.mark.parametrize("feature", ["Race_a", "rac", " race_a", "*"])
def test_a_feature_of_a_similar_name_is_another(feature: str) -> None:
    """Left out is not without a share."""
    assert verdict(package() | shap(l={"income": 9, feature: 0})) is Verdict.REJECT


@pytest.mark.parametrize("label", ["*", "", "l", "m\n"])
def test_a_second_label_counts_as_much(label: str) -> None:
    """Whatever its name."""
    assert (
        verdict(package() | shap(**{"k": {"income": 9, "race": 0}, label: {"income": 1, "race": 1}})) is Verdict.REJECT
    )


NOT_NUMBERS: list[Any] = [None, True, "0.9", "NaN", "Infinity", "-Infinity", [], [0.9], "", "inf", "１"]


@pytest.mark.parametrize("value", NOT_NUMBERS)
def test_what_is_no_number_passes_nowhere(value: Any) -> None:
    """Not as a metric, a slice, a bias metric, a SHAP value or a mean."""
    metric, region, di, share = (package() for _ in range(4))
    metric[QUALITY]["binary_classification_metrics"]["auc"]["value"] = value
    region[QUALITY]["binary_classification_metrics"]["auc"]["slices"]["region"]["south"] = {"value": value}
    di |= bias({"race": {"a": {"DI": value, "TE": 0}}})
    share |= shap(l={"income": 9, "race": value})

    assert {verdict(made) for made in (metric, region, di, share)} == {Verdict.REJECT}


@pytest.mark.parametrize("value", [value for value in NOT_NUMBERS if value not in ("Infinity", "-Infinity")])
def test_only_infinity_is_let_pass_where_infinity_may(value: Any) -> None:
    """Unknown is not infinite."""
    assert verdict(package() | bias({"race": {"a": {"DI": 1, "TE": value}}})) is Verdict.REJECT


@pytest.mark.parametrize("name", sorted(package()))
def test_a_file_without_its_numbers_is_not_approved(name: str) -> None:
    """Whichever it is."""
    whole = subject(package())
    facts = tuple(fact for fact in whole.facts if fact.artifact != name)

    assert judge(replace(whole, facts=facts), UNDER).verdict is Verdict.REJECT


def test_each_number_counts() -> None:
    """Every single judged number, made bad, takes the approval away; so does leaving out any that is asked for."""
    whole = subject(package())
    approved = [result for result in judge(whole, UNDER).results if result.bound and result.source]
    judged = {(r.source.artifact, r.source.pointer) for r in approved if r.source}

    for at, fact in enumerate(whole.facts):
        if (fact.artifact, fact.pointer) in judged and fact.metric not in ("shap_total", "global_shap"):
            spoilt = replace(fact, value=replace(fact.value, number=-5.0, infinite=None))
            facts = (*whole.facts[:at], spoilt, *whole.facts[at + 1 :])
            assert judge(replace(whole, facts=facts), UNDER).verdict is not Verdict.APPROVE, fact


def test_quality_alone_is_no_package() -> None:
    """What is not reported is missing."""
    assert verdict(quality(auc=0.9)) is Verdict.REJECT
    assert verdict({}) is Verdict.REJECT
