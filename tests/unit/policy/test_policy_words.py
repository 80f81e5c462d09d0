"""What changed between two bundles, in the words of those who answer for it."""

from pathlib import Path

import pytest
from modelgate.policy.model import Bundle
from modelgate.policy.words import differences

from tests.unit.policy.folders import HEAD, POLICY, bundle_of, check_text
from tests.unit.policy.test_waiver_files import waivers

QUALITY = ("kind: model_quality", "metric: auc")
BIAS = ("kind: bias", "metric: DI")
SHARE = ("kind: explainability", "features: [race]")
CHANGE = "change: {against: last_approved, better: higher, worse_by: 0.02, first_version: pass}"
OTHER = "  - {id: other, kind: metric, metric: m, min: 0, reason: r}\n"


def sentences(old: Bundle, new: Bundle) -> list[str]:
    """All differences; those of the other direction are checked on the way."""
    return [difference.sentence for difference in differences(old, new)]


def of_checks(at: Path, old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """The differences between two forms of one check."""
    one, other = (HEAD + check_text(*keys) + OTHER for keys in (old, new))
    found = sentences(bundle_of(at / "old", one), bundle_of(at / "new", other))
    assert all(sentence.startswith("loans: it: ") for sentence in found)
    return [sentence.removeprefix("loans: it: ") for sentence in found]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        # each end of a bound, in whatever form it was written
        ((*QUALITY, "min: 0.70"), (*QUALITY, "min: 0.75"), ["min rose from 0.7 to 0.75: stricter"]),
        ((*QUALITY, "min: 0.70"), (*QUALITY, "min: 0.65"), ["min fell from 0.7 to 0.65: looser"]),
        ((*QUALITY, "max: 1"), (*QUALITY, "max: 2"), ["max rose from 1 to 2: looser"]),
        ((*QUALITY, "max: 1"), (*QUALITY, "max: 0.5"), ["max fell from 1 to 0.5: stricter"]),
        ((*QUALITY, "min: 0.7"), (*QUALITY, "min: 0.7", "max: 1"), ["max 1 is new: stricter"]),
        ((*QUALITY, "min: 0.7", "max: 1"), (*QUALITY, "min: 0.7"), ["max 1 is gone: looser"]),
        ((*QUALITY, "min: 0.7"), (*QUALITY, "max: 0.9"), ["min 0.7 is gone: looser", "max 0.9 is new: stricter"]),
        ((*QUALITY, "between: [0, 1]"), (*QUALITY, "min: 0", "max: 1.0"), []),
        (
            (*BIAS, "facets: all", "ratio_band: 0.8"),
            (*BIAS, "facets: all", "between: [0.75, 1.25]"),
            ["min fell from 0.8 to 0.75: looser"],
        ),
        (
            (*QUALITY, "abs_max: 0.1"),
            (*QUALITY, "abs_max: 0.123456789"),
            ["min fell from -0.1 to -0.123456789: looser", "max rose from 0.1 to 0.123456789: looser"],
        ),
        ((*SHARE, "max_share: 0.05"), (*SHARE, "max_share: 0.1"), ["max_share rose from 0.05 to 0.1: looser"]),
        ((*SHARE, "not_in_top: 3"), (*SHARE, "not_in_top: 5"), ["not_in_top rose from 3 to 5: stricter"]),
        (
            ("kind: explainability", "min_total: 0.1"),
            ("kind: explainability", "min_total: 0.05"),
            ["min_total fell from 0.1 to 0.05: looser"],
        ),
        # severity, certainty, infinities
        (
            (*QUALITY, "min: 0.7"),
            (*QUALITY, "min: 0.7", "severity: hold"),
            ["severity changed from fail to hold: looser"],
        ),
        (
            (*QUALITY, "min: 0.7", "severity: warn"),
            (*QUALITY, "min: 0.7", "severity: hold"),
            ["severity changed from warn to hold: stricter"],
        ),
        (
            (*QUALITY, "min: 0.7", "severity: warn"),
            (*QUALITY, "min: 0.6", "severity: warn"),
            ["min fell from 0.7 to 0.6 (it only warns): neutral"],
        ),
        ((*QUALITY, "min: 0.7"), (*QUALITY, "min: 0.7", "confidence: 0.95"), ["confidence 0.95 is new: stricter"]),
        (
            (*QUALITY, "min: 0.7", "confidence: 0.95"),
            (*QUALITY, "min: 0.7", "confidence: 0.9"),
            ["confidence fell from 0.95 to 0.9: looser"],
        ),
        (
            (*QUALITY, "min: 0.7", "minimum_n: 100"),
            (*QUALITY, "min: 0.7", "minimum_n: 500"),
            ["minimum_n rose from 100 to 500: stricter"],
        ),
        (
            (*QUALITY, "min: 0.7"),
            (*QUALITY, "min: 0.7", "on_infinite: pass"),
            ["on_infinite changed from fail to pass: looser"],
        ),
        (
            (*QUALITY, "min: 0.7"),
            (*QUALITY, "min: 0.7", "judge: worst"),
            ["judge changed from 'each' to 'worst': neutral"],
        ),
        ((*QUALITY, "min: 0.7"), (*QUALITY, "min: 0.7", "source: s"), ["the source is worded otherwise: neutral"]),
        # what is measured
        (
            ("kind: model_quality", "metric: auc", "min: 0.7"),
            ("kind: model_quality", "metric: f1", "min: 0.8"),
            ["metric changed from 'auc' to 'f1': changed", "min rose from 0.7 to 0.8: changed"],
        ),
        (
            (*QUALITY, "min: 0.7"),
            (*QUALITY, "min: 0.7", "over: best_constant_classifier"),
            ["measure changed from 'value' to 'margin': changed"],
        ),
        (
            ("kind: custom", "function: f", "max: 1", "parameters: {a: 1}"),
            ("kind: custom", "function: f", "max: 1", "parameters: {a: 2}"),
            ["the parameters changed: changed"],
        ),
        # slices
        (
            (*BIAS, "ratio_band: 0.8", "facets: all"),
            (*BIAS, "ratio_band: 0.8", "facets: [race, sex]"),
            ["facets changed from 'all' to 'race, sex': changed"],
        ),
        (
            (*BIAS, "ratio_band: 0.8", "facets: [race]"),
            (*BIAS, "ratio_band: 0.8", "facets: [race, sex]"),
            ["facet 'sex' is new: stricter"],
        ),
        (
            (*BIAS, "ratio_band: 0.8", "facets: [race, sex]"),
            (*BIAS, "ratio_band: 0.8", "facets: [age]"),
            ["facet 'age' is new: stricter", "facet 'race' is gone: looser", "facet 'sex' is gone: looser"],
        ),
        (
            (*BIAS, "ratio_band: 0.8", "facets: {race: all}"),
            (*BIAS, "ratio_band: 0.8", "facets: {race: [white]}"),
            ["values of race changed from 'all' to 'white': changed"],
        ),
        (
            (*BIAS, "ratio_band: 0.8", "facets: {race: [white, black]}"),
            (*BIAS, "ratio_band: 0.8", "facets: {race: [white, asian]}"),
            ["value of race 'asian' is new: stricter", "value of race 'black' is gone: looser"],
        ),
        (
            ("kind: metric", "metric: m", "max: 1"),
            ("kind: metric", "metric: m", "max: 1", "facets: all"),
            ["facets changed from 'none' to 'all': changed"],
        ),
        # features, labels, types
        (
            (*SHARE, "max_share: 0.1"),
            ("kind: explainability", "features: [race, sex]", "max_share: 0.1"),
            ["feature 'sex' is new: stricter"],
        ),
        (
            (*SHARE, "max_share: 0.1"),
            (*SHARE, "max_share: 0.1", "labels: [label0]"),
            ["labels changed from 'all' to 'label0': changed"],
        ),
        (
            (*SHARE, "max_share: 0.1"),
            (*SHARE, "max_share: 0.1", "may_be_absent: true"),
            ["it may be absent: looser"],
        ),
        (
            (*SHARE, "max_share: 0.1", "may_be_absent: true"),
            (*SHARE, "max_share: 0.1"),
            ["it may no longer be absent: stricter"],
        ),
        (
            ("kind: violations", "max: 0"),
            ("kind: violations", "max: 0", "types: [data_type_check]"),
            ["types changed from 'all' to 'data_type_check': looser"],
        ),
        (
            ("kind: violations", "max: 0", "features: [age]"),
            ("kind: violations", "max: 0"),
            ["features changed from 'age' to 'all': stricter"],
        ),
        # change rules
        ((*QUALITY, "min: 0.7"), (*QUALITY, "min: 0.7", CHANGE), ["the change rule is new: stricter"]),
        ((*QUALITY, "min: 0.7", CHANGE), (*QUALITY, "min: 0.7"), ["the change rule is gone: looser"]),
        (
            (*QUALITY, CHANGE),
            (*QUALITY, CHANGE.replace("0.02", "0.03")),
            ["change worse_by rose from 0.02 to 0.03: looser"],
        ),
        (
            (*QUALITY, CHANGE),
            (*QUALITY, CHANGE.replace("worse_by", "worse_by_percent")),
            ["change worse_by 0.02 is gone: looser", "change worse_by_percent 0.02 is new: stricter"],
        ),
        (
            (*QUALITY, CHANGE),
            (*QUALITY, CHANGE.replace("worse_by", "suspicious_gain: 0.1, worse_by")),
            ["change suspicious_gain 0.1 is new: stricter"],
        ),
        (
            (*QUALITY, CHANGE),
            (*QUALITY, CHANGE.replace("pass", "hold")),
            ["first_version changed from pass to hold: stricter"],
        ),
        (
            (*QUALITY, CHANGE),
            (*QUALITY, CHANGE.replace("last_approved", "best_approved, of: 10")),
            [
                "change against changed from 'last_approved' to 'best_approved': changed",
                "change of rose from 1 to 10: changed",
            ],
        ),
        (
            (*QUALITY, CHANGE.replace("last_approved", "best_approved, of: 3")),
            (*QUALITY, CHANGE.replace("last_approved", "best_approved, of: 10")),
            ["change of rose from 3 to 10: stricter"],
        ),
        (
            (*QUALITY, CHANGE),
            (*QUALITY, CHANGE.replace("higher", "lower").replace("0.02", "0.01")),
            [
                "change better changed from 'higher' to 'lower': changed",
                "change worse_by fell from 0.02 to 0.01: changed",
            ],
        ),
    ],
)
def test_a_check_in_words(tmp_path: Path, old: tuple[str, ...], new: tuple[str, ...], found: list[str]) -> None:
    """What differs, which way, and by how much."""
    assert of_checks(tmp_path, old, new) == found


def test_the_way_back_has_the_opposite_direction(tmp_path: Path) -> None:
    """What became stricter becomes looser again."""
    there = of_checks(tmp_path / "1", (*QUALITY, "min: 0.7"), (*QUALITY, "min: 0.8", "max: 1", "minimum_n: 9"))
    back = of_checks(tmp_path / "2", (*QUALITY, "min: 0.8", "max: 1", "minimum_n: 9"), (*QUALITY, "min: 0.7"))

    assert [sentence.rpartition(": ")[2] for sentence in there] == ["stricter"] * 3
    assert [sentence.rpartition(": ")[2] for sentence in back] == ["looser"] * 3


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        (
            "owner: model-risk",
            "owner: credit-risk",
            ["loans: owner changed from 'model-risk' to 'credit-risk': neutral"],
        ),
        ("description: Made up.", "description: x", ["loans: the description is worded otherwise: neutral"]),
        ("version: 2", "version: 3", ["loans: version changed from 2 to 3: neutral"]),
        ("checks:", "approval: review\nchecks:", ["loans: approval changed from automatic to review: stricter"]),
        (
            "content_digest: required",
            "content_digest: optional",
            ["loans: evidence: content_digest changed from required to optional: looser"],
        ),
        (
            "content_digest: required",
            "content_digest: required\n  maximum_age_days: 30",
            ["loans: evidence: maximum_age_days 30 is new: stricter"],
        ),
        (
            "[ModelQuality.Statistics, Bias]",
            "[Bias, Explainability]",
            [
                "loans: evidence: required report 'Explainability' is new: stricter",
                "loans: evidence: required report 'ModelQuality.Statistics' is gone: looser",
            ],
        ),
        (
            "tags: {policy: loans}",
            "tags: {policy: loans, tier: high}",
            ["loans: match: governs fewer packages, the others are held (tags tier: any became high): stricter"],
        ),
        (
            "tags: {policy: loans}",
            "groups: ['*']",
            ["loans: match: governs more packages (groups: any became *; tags policy: loans became any): looser"],
        ),
        (
            "tags: {policy: loans}",
            "tags: {policy: cars}",
            ["loans: match: governs other packages (tags policy: loans became cars): changed"],
        ),
        (
            "tags: {policy: loans}",
            "tags: {policy: loans}\n  risk_tiers: [low, medium]",
            [
                "loans: match: governs fewer packages, the others are held (risk_tiers: any became low, medium): "
                "stricter"
            ],
        ),
        (POLICY[POLICY.index("  - id: di") :], "", ["loans: di: the check (within [0.8, 1.25]) is gone: looser"]),
        (
            "checks:\n",
            "checks:\n  - {id: rows, kind: data_quality, metric: item_count, min: 9, reason: r}\n",
            ["loans: rows: the check (at least 9) is new: stricter"],
        ),
        (
            "checks:\n",
            "checks:\n  - {id: rows, kind: data_quality, metric: item_count, min: 9, severity: warn, reason: r}\n",
            ["loans: rows: the check (at least 9) is new (it only warns): neutral"],
        ),
        ("id: di", "id: impact", ["loans: di: the check is now called 'impact': neutral"]),
        (
            "policy: loans\n",
            "policy: credits\n",
            ["loans: the policy is now called 'credits': neutral"],
        ),
    ],
)
def test_a_policy_in_words(tmp_path: Path, old: str, new: str, found: list[str]) -> None:
    """What surrounds the checks, and checks that come, go, or have another name."""
    assert old in POLICY
    before = bundle_of(tmp_path / "old", POLICY)

    assert sentences(before, bundle_of(tmp_path / "new", POLICY.replace(old, new, 1))) == found


def test_policies_that_come_and_go_are_told(tmp_path: Path) -> None:
    """Without a policy a package is held: a new one can approve it."""
    cars = POLICY.replace("loans", "cars").replace("min: 0.7", "min: 0.9")
    one, two = bundle_of(tmp_path / "1", POLICY), bundle_of(tmp_path / "2", POLICY, cars)

    assert sentences(one, two) == ["cars: the policy is new; packages that it governs are judged by it: looser"]
    assert sentences(two, one) == ["cars: the policy is gone; packages that it governed are held: stricter"]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            {"expires": "2026-06-30"},
            {"expires": "2026-09-30"},
            "expires later, on 2026-09-30 instead of 2026-06-30: looser",
        ),
        (
            {"expires": "2026-06-30"},
            {"expires": "2026-03-31"},
            "expires earlier, on 2026-03-31 instead of 2026-06-30: stricter",
        ),
        ({}, {"granted": "2026-02-01"}, "granted later, on 2026-02-01 instead of 2026-01-01: stricter"),
        ({"floor": "0.65"}, {"floor": "0.6"}, "floor fell from 0.65 to 0.6: looser"),
        ({"floor": "0.6"}, {"floor": "0.65"}, "floor rose from 0.6 to 0.65: stricter"),
        ({}, {"group": "loan-pricing"}, "group changed from 'loan-approval' to 'loan-pricing': changed"),
        ({}, {"approver": "cleo"}, "approver changed from 'ben' to 'cleo': neutral"),
        ({}, {"reason": "Because."}, "reason changed from 'A new market.' to 'Because.': neutral"),
    ],
)
def test_a_waiver_in_words(tmp_path: Path, old: dict[str, str], new: dict[str, str], found: str) -> None:
    """Extended, shortened, its limits moved, about something else, or granted by somebody else."""
    one, two = (bundle_of(tmp_path / str(n), POLICY, waivers=waivers(change)) for n, change in enumerate((old, new)))

    assert sentences(one, two) == [f"loans: waiver w: {found}"]


def test_the_limits_of_a_waiver_allow_what_lies_up_to_them(tmp_path: Path) -> None:
    """A second one is another exception."""
    change = {"check": "di", "facet": "race", "floor": "0.7"}
    one = bundle_of(tmp_path / "1", POLICY, waivers=waivers(change))
    two = bundle_of(tmp_path / "2", POLICY, waivers=waivers(change | {"ceiling": "1.4"}))

    assert sentences(one, two) == ["loans: waiver w: ceiling 1.4 is new: looser"]
    assert sentences(two, one) == ["loans: waiver w: ceiling 1.4 is gone: stricter"]


def test_waivers_and_budgets_that_come_and_go_are_told(tmp_path: Path) -> None:
    """With everything that somebody who reads the list must know."""
    one = bundle_of(tmp_path / "1", POLICY)
    two = bundle_of(tmp_path / "2", POLICY, waivers=waivers({}))

    assert sentences(one, two) == [
        "loans: waiver w: loan-approval may miss auc (floor 0.65) until 2026-12-31: looser",
        "waivers of lending: the budget rose from 0 to 1: looser",
    ]
    assert sentences(two, one) == [
        "loans: waiver w: gone: loan-approval may miss auc (floor 0.65) until 2026-12-31: stricter",
        "waivers of lending: the budget fell from 1 to 0: stricter",
    ]


def test_waivers_follow_what_has_another_name(tmp_path: Path) -> None:
    """A policy or check that was only renamed changes no waiver of it."""
    one = bundle_of(tmp_path / "1", POLICY, waivers=waivers({}))
    two = bundle_of(tmp_path / "2", POLICY.replace("id: auc", "id: area"), waivers=waivers({"check": "area"}))
    three = bundle_of(
        tmp_path / "3", POLICY.replace("policy: loans\n", "policy: x\n"), waivers=waivers({"policy": "x"})
    )

    assert sentences(one, two) == ["loans: auc: the check is now called 'area': neutral"]
    assert sentences(one, three) == ["loans: the policy is now called 'x': neutral"]


def test_the_version_of_the_bundle_is_told_first(tmp_path: Path) -> None:
    """It has no policy."""
    one, two = bundle_of(tmp_path / "1", POLICY), bundle_of(tmp_path / "2", POLICY)

    assert sentences(one, Bundle(version=4, policies=two.policies, waivers=(), budgets={})) == [
        "bundle: version changed from 3 to 4: neutral"
    ]
