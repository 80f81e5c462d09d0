"""Policy files: every key arrives as it was written."""

from pathlib import Path

import pytest
from modelgate.contracts.gate import ProblemType, RiskTier
from modelgate.contracts.results import Bound, Severity
from modelgate.errors import PolicyError
from modelgate.policy.load import load_policy
from modelgate.policy.model import (
    Against,
    Approval,
    Better,
    Bundle,
    Change,
    Evidence,
    FacetChoice,
    FirstVersion,
    Judge,
    Match,
    OnInfinite,
)

from tests.unit.policy.folders import HEAD, POLICY, bundle_of, check_of, check_text, faults_of, folder

QUALITY = ("kind: model_quality", "metric: auc")
CHANGE = "change: {against: last_approved, better: higher, worse_by: 0.02, first_version: pass}"


def every(values: str | tuple[str, ...] | None, facet: str = "race") -> FacetChoice:
    """A facet and some of its values."""
    return FacetChoice(facet=facet, values=values if values is None else tuple(values))


def test_a_policy_file_becomes_a_policy(tmp_path: Path) -> None:
    """Everything beside the checks."""
    full = HEAD.replace(
        "  tags: {policy: loans}\n",
        "  groups: [loan-*, car]\n  accounts: ['333333333333']\n  tags: {b: y, a: x}\n  metadata: {tier: gold}\n"
        "  problem_types: [regression, binary]\n  risk_tiers: [medium, high]\n",
    ).replace(
        "  content_digest: required\n", "  content_digest: optional\n  maximum_age_days: 30\napproval: review\n"
    ) + check_text(*QUALITY, "min: 0.7")

    policy = bundle_of(tmp_path, full).policies[0]

    assert (policy.name, policy.version, policy.owner, policy.description) == ("loans", 2, "model-risk", "Made up.")
    assert policy.match == Match(
        groups=("car", "loan-*"),
        accounts=("333333333333",),
        tags={"a": "x", "b": "y"},
        metadata={"tier": "gold"},
        problem_types=(ProblemType.BINARY, ProblemType.REGRESSION),
        risk_tiers=(RiskTier.HIGH, RiskTier.MEDIUM),
    )
    assert policy.evidence == Evidence(
        required=("Bias", "ModelQuality.Statistics"), content_digest_required=False, maximum_age_days=30
    )
    assert policy.approval is Approval.REVIEW


def test_what_is_left_out_has_the_careful_meaning(tmp_path: Path) -> None:
    """A check rejects, judges each slice, and fails on infinities; approval needs no person unless it is said."""
    check = check_of(tmp_path, *QUALITY, "min: 0.7")
    policy = load_policy(tmp_path / "0.yaml")

    assert (check.severity, check.judge, check.on_infinite) == (Severity.FAIL, Judge.EACH, OnInfinite.FAIL)
    assert (check.change, check.confidence, check.minimum_n, check.source) == (None, None, None, None)
    assert (policy.approval, policy.evidence.maximum_age_days) == (Approval.AUTOMATIC, None)


@pytest.mark.parametrize(
    ("written", "bound"),
    [
        ("min: 0.7", Bound(min=0.7, max=None)),
        ("max: 1", Bound(min=None, max=1.0)),
        ("between: [0.2, 0.4]", Bound(min=0.2, max=0.4)),
        ("between: [0.2, 0.2]", Bound(min=0.2, max=0.2)),
        ("abs_max: 0.1", Bound(min=-0.1, max=0.1)),
        ("abs_max: 0", Bound(min=0.0, max=0.0)),
        ("ratio_band: 0.8", Bound(min=0.8, max=1.25)),
        ("min: 1.0e-3", Bound(min=0.001, max=None)),
    ],
)
def test_every_form_of_a_bound_is_one_closed_interval(tmp_path: Path, written: str, bound: Bound) -> None:
    """What the forms mean."""
    assert check_of(tmp_path, *QUALITY, written).bound == bound


def test_both_ends_may_be_given(tmp_path: Path) -> None:
    """Min and max together are one form."""
    assert check_of(tmp_path, *QUALITY, "min: -1", "max: 2").bound == Bound(min=-1.0, max=2.0)


def test_every_common_key_arrives(tmp_path: Path) -> None:
    """Severity, source, certainty and the treatment of slices and infinities."""
    check = check_of(
        tmp_path,
        *QUALITY,
        "min: 0.7",
        "severity: hold",
        "source: A book.",
        "on_infinite: hold",
        "judge: worst",
        "confidence: 0.95",
        "minimum_n: 200",
        "change:",
        "  against: best_approved",
        "  of: 10",
        "  better: lower",
        "  worse_by: 0.02",
        "  worse_by_percent: 5",
        "  suspicious_gain: 0.1",
        "  first_version: hold",
        "reason: Made up.\n  - id: rejects\n    kind: metric\n    metric: m\n    min: 0",
    )

    assert (check.severity, check.source, check.reason) == (Severity.HOLD, "A book.", "Made up.")
    assert (check.on_infinite, check.judge) == (OnInfinite.HOLD, Judge.WORST)
    assert (check.confidence, check.minimum_n) == (0.95, 200)
    assert check.change == Change(
        against=Against.BEST_APPROVED,
        of=10,
        better=Better.LOWER,
        worse_by=0.02,
        worse_by_percent=5.0,
        suspicious_gain=0.1,
        first_version=FirstVersion.HOLD,
    )


@pytest.mark.parametrize("against", ["last_approved", "baselines"])
def test_a_change_rule_alone_is_a_check(tmp_path: Path, against: str) -> None:
    """It needs no bound beside it; one earlier version is looked at."""
    check = check_of(tmp_path, *QUALITY, CHANGE.replace("last_approved", against))

    assert check.bound is None
    assert check.change is not None
    assert (check.change.against, check.change.of) == (against, 1)


@pytest.mark.parametrize(
    ("written", "facets"),
    [
        ("facets: all", ()),
        ("facets: [sex, race, race]", (every(None), every(None, "sex"))),
        ("facets: ['*']", (every(None, "*"),)),
        ("facets: {sex: all, race: [white, 'non*']}", (every(("non*", "white")), every(None, "sex"))),
    ],
)
@pytest.mark.parametrize("kind", ["metric", "gap", "bias"])
def test_facets_are_all_or_a_list_or_values_by_facet(
    tmp_path: Path, kind: str, written: str, facets: tuple[FacetChoice, ...]
) -> None:
    """The same three forms wherever slices are judged, sorted."""
    metric = "metric: DI" if kind == "bias" else "metric: toxicity"

    assert check_of(tmp_path, f"kind: {kind}", metric, "ratio_band: 0.8", written).facets == facets


def test_no_facets_are_the_whole(tmp_path: Path) -> None:
    """Of a named metric the value of all rows together."""
    assert check_of(tmp_path, "kind: metric", "metric: toxicity", "max: 0.1").facets is None


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (("kind: model_quality", "metric: auc", "min: 0.7"), {"metric": "auc", "measure": "value"}),
        (
            ("kind: model_quality", "metric: accuracy", "over: best_constant_classifier", "min: 0"),
            {"metric": "accuracy", "measure": "margin"},
        ),
        (
            ("kind: metric", "metric: toxicity", "report: Extra.safety", "max: 0.1"),
            {"metric": "toxicity", "report": "Extra.safety", "measure": "value"},
        ),
        (("kind: gap", "metric: mae", "facets: all", "max: 1"), {"metric": "mae", "measure": "difference"}),
        (
            ("kind: gap", "metric: mae", "facets: all", "measure: ratio", "report: Extra.a", "min: 0.8"),
            {"measure": "ratio", "report": "Extra.a"},
        ),
        (("kind: bias", "metric: DI", "facets: all", "ratio_band: 0.8"), {"metric": "DI"}),
        (
            ("kind: explainability", "features: [sex, 'race_*']", "max_share: 0.05"),
            {"measure": "share", "features": ("race_*", "sex"), "bound": Bound(min=0.0, max=0.05), "labels": ()},
        ),
        (
            ("kind: explainability", "features: [sex]", "not_in_top: 3", "labels: [b, a]", "may_be_absent: true"),
            {"measure": "rank", "bound": Bound(min=4.0, max=None), "labels": ("a", "b"), "may_be_absent": True},
        ),
        (
            ("kind: explainability", "min_total: 0.01"),
            {"measure": "total", "bound": Bound(min=0.01, max=None), "features": ()},
        ),
        (
            ("kind: data_quality", "metric: completeness", "features: ['*']", "min: 0.99", "may_be_absent: true"),
            {"metric": "completeness", "features": ("*",), "may_be_absent": True},
        ),
        (("kind: data_quality", "metric: item_count", "min: 100"), {"metric": "item_count", "features": ()}),
        (
            ("kind: constraints", "report: ModelQuality.Constraints", "metric: auc"),
            {"bound": None, "report": "ModelQuality.Constraints", "metric": "auc"},
        ),
        (("kind: constraints",), {"bound": None, "report": None, "metric": None}),
        (
            ("kind: violations", "types: [b, a]", "features: [age]", "report: Extra.monitor", "max: 0"),
            {"labels": ("a", "b"), "features": ("age",), "report": "Extra.monitor"},
        ),
        (
            ("kind: custom", "function: calibration", "parameters: {bins: 10, of: [a, 0.5, true]}", "max: 0.1"),
            {"function": "calibration", "parameters": {"bins": 10, "of": ["a", 0.5, True]}},
        ),
    ],
)
def test_every_kind_of_check_arrives(tmp_path: Path, keys: tuple[str, ...], found: dict[str, object]) -> None:
    """The keys of each kind, under the names that the steps use."""
    check = check_of(tmp_path, *keys)

    assert check.kind == keys[0].removeprefix("kind: ")
    assert {name: getattr(check, name) for name in found} == found


def test_the_same_policies_give_the_same_bytes(tmp_path: Path) -> None:
    """Comments, quotes, and the order of keys, lists, checks and files change no digest."""
    one = """\
policy: loans
version: 2
owner: o
description: d
match: {groups: [a, b], tags: {x: '1', y: '2'}}
evidence: {required: [Bias, Explainability], content_digest: required}
checks:
  - {id: share, kind: explainability, features: [sex, race], labels: [l, m], max_share: 0.10, reason: r}
  - {id: di, kind: bias, metric: DI, facets: {sex: [f, m], race: all}, min: 0.8, max: 1.25, reason: r}
  - {id: own, kind: custom, function: f, parameters: {a: 1, b: [2, 3]}, max: 1, reason: r}
"""
    two = """\
# a comment
checks:
  - {reason: "r", id: own, parameters: {b: [2, 3], a: 1}, kind: custom, function: f, max: 1.0}
  - {id: di, facets: {race: all, sex: [m, f, m]}, kind: bias, metric: DI, max: 1.25, min: 0.80, reason: r}
  - {id: share, kind: explainability, features: [race, sex], labels: [m, l], max_share: 0.1, reason: r}
evidence: {content_digest: required, required: [Explainability, Bias, Bias]}
match: {tags: {y: '2', x: '1'}, groups: [b, a, b]}
description: 'd'
owner: o
version: 2
policy: loans
"""
    other = POLICY.replace("policy: loans", "policy: cars")
    waiver = "{id: %s, policy: cars, check: auc, group: g, team: t, floor: 0.6, reason: r, ticket: t, owner: a, "
    waiver += "approver: b, granted: 2026-01-01, expires: 2026-02-01}"
    a, b = waiver % "a", waiver % "b"

    first = bundle_of(tmp_path / "1", one, other, waivers=f"budgets: {{t: 2, u: 1}}\nwaivers: [{a}, {b}]\n")
    second = bundle_of(tmp_path / "2", other, two, waivers=f"waivers: [{b}, {a}]\nbudgets: {{u: 1, t: 2}}\n")

    assert first.to_json() == second.to_json()


def test_a_bundle_comes_back_as_it_was(tmp_path: Path) -> None:
    """Nothing is lost between folder, bundle file and steps."""
    bundle = bundle_of(tmp_path, POLICY)

    assert Bundle.from_json(bundle.to_json()) == bundle


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Nobody mends one to meet the next; within a file they stand in its order."""
    wrong = POLICY.replace("min:", "mim:").replace("ratio_band: 0.8", "abs_max: no").replace("owner: model-risk\n", "")

    faults = faults_of(folder(tmp_path, wrong, POLICY.replace("kind: bias", "kind: no"), version="v: 1\n"))

    assert [fault.partition(": ")[0] for fault in faults] == [
        "bundle.yaml:1:1",
        "bundle.yaml:1:1",
        "0.yaml:1:1",
        "0.yaml:13:5",
        "0.yaml:19:5",
        "1.yaml:17:5",
    ]


def test_no_more_faults_are_told_than_anybody_reads(tmp_path: Path) -> None:
    """The rest is counted."""
    faults = faults_of(folder(tmp_path, POLICY + "".join(f"x{number}: 1\n" for number in range(60))))

    assert len(faults) == 51
    assert faults[-1] == "0.yaml: and 10 more faults"


def test_a_folder_without_policies_is_refused(tmp_path: Path) -> None:
    """It would hold every package."""
    assert faults_of(folder(tmp_path)) == [f"{tmp_path}: holds no policy; without one, every package is held"]


def test_a_folder_without_a_version_is_refused(tmp_path: Path) -> None:
    """The sentence says what to write."""
    (folder(tmp_path, POLICY) / "bundle.yaml").unlink()

    assert faults_of(tmp_path) == ["bundle.yaml: is missing; write a file that says `version: 1`"]


def test_a_file_that_would_not_be_read_is_refused(tmp_path: Path) -> None:
    """A policy with another ending must not be believed to be in force."""
    (folder(tmp_path, POLICY) / "cars.yml").write_text(POLICY, encoding="utf-8")

    assert faults_of(tmp_path) == ["cars.yml: is not read; name it cars.yaml"]


def test_one_policy_file_can_be_loaded_alone(tmp_path: Path) -> None:
    """Or refused alone."""
    folder(tmp_path, POLICY, POLICY.replace("min:", "mim:"))

    assert load_policy(tmp_path / "0.yaml").name == "loans"
    with pytest.raises(PolicyError, match=r"1\.yaml:14:5: check 'auc': the key 'mim'"):
        load_policy(tmp_path / "1.yaml")
