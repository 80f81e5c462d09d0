"""Policy tests: cases become real reports, and the engine of the steps judges them."""

from dataclasses import replace
from pathlib import Path

import pytest
from modelgate.cli.cases.coverage import coverage_gaps, coverage_of
from modelgate.cli.cases.run import CaseResult, run_cases
from modelgate.cli.cases.subjects import subject_of
from modelgate.contracts.facts import Fact
from modelgate.contracts.results import Verdict
from modelgate.contracts.subject import ArtifactState, Subject
from modelgate.errors import PolicyError
from modelgate.policy.cases import load_cases
from modelgate.policy.model import Bundle

from tests.unit.policy.folders import POLICY, bundle_of

CASES = """\
base:
  group: {tags: {policy: loans}, problem_type: binary}
  model_quality: {auc: {value: 0.8, n: 100}, item_count: 500}
  bias: {race: {white: {DI: 1.0}, black: {DI: 0.9}}}
cases:
"""
GOOD = "  - {name: good, expect: {verdict: approve, results: {auc: pass}}}\n"


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """A policy on AUC and disparate impact."""
    return bundle_of(tmp_path / "policies", POLICY)


def run(at: Path, bundle: Bundle, *cases: str) -> list[CaseResult]:
    """The results of cases over `CASES`."""
    file = at / "cases.yaml"
    file.write_text(CASES + "".join(f"  - {{name: c{n}, {case}}}\n" for n, case in enumerate(cases)))
    return run_cases(file, bundle)


def only(at: Path, bundle: Bundle, case: str) -> tuple[str, ...]:
    """The differences of one case."""
    (result,) = run(at, bundle, case)
    return result.differences


def subject(at: Path, bundle: Bundle, case: str, base: str = CASES) -> Subject:
    """What is judged in one case."""
    (at / "cases.yaml").write_text(f"{base}  - {{name: c, {case}, expect: {{verdict: approve}}}}\n")
    (loaded,) = load_cases(at / "cases.yaml")
    return subject_of(loaded, bundle)


def facts(found: Subject) -> dict[str, Fact]:
    """Facts by report, slice, label, metric and feature."""
    names = ("artifact", "facet", "facet_value", "label", "metric", "feature")
    return {"/".join(filter(None, (getattr(fact, name) for name in names))): fact for fact in found.facts}


@pytest.mark.parametrize(
    "case",
    [
        "expect: {verdict: approve}",
        "expect: {verdict: approve, results: {auc: pass, di: pass, 'di[race=black]': pass, 'di[race]': pass}}",
        "model_quality: {auc: 0.6}, expect: {verdict: reject, results: {auc: fail}, reasons: [must be at least 0.7]}",
        "model_quality: {auc: absent}, expect: {verdict: reject, results: {auc: missing}}",
        "bias: {race: {black: {DI: 0.5}}}, expect: {verdict: reject, results: {di: fail, 'di[race=white]': pass}}",
        "bias: {race: {black: {DI: Infinity}}}, expect: {verdict: reject, results: {di: fail}}",
        "bias: absent, expect: {verdict: reject, results: {evidence-required: missing}}",
        "not_arrived: [Bias.Report], expect: {verdict: hold, results: {evidence-arrived: inconclusive}}",
        "without_digest: [Bias.Report], expect: {verdict: reject, results: {evidence-digest: fail}}",
        "group: {risk_tier: high}, expect: {verdict: hold, reasons: [a person decides]}",
        "group: {tags: {policy: other}}, expect: {verdict: hold, reasons: [no policy governs]}",
        "group: {mode: shadow}, expect: {verdict: approve}",
    ],
)
def test_a_case_that_expects_what_the_engine_says_holds(tmp_path: Path, bundle: Bundle, case: str) -> None:
    """Whatever is laid over the base."""
    assert only(tmp_path, bundle, case) == ()


@pytest.mark.parametrize(
    ("case", "difference"),
    [
        (
            "model_quality: {auc: 0.6}, expect: {verdict: approve}",
            "the verdict is reject, not approve: auc: auc = 0.6, must be at least 0.7",
        ),
        ("expect: {verdict: approve, results: {auc: fail}}", "auc is pass, not fail: auc: auc = 0.8, at least 0.7"),
        (
            "bias: {race: {black: {DI: 0.5}}}, expect: {verdict: reject, results: {di: pass}}",
            "di is fail, not pass: di: DI for race=black = 0.5, must be within [0.8, 1.25]",
        ),
        ("expect: {verdict: approve, results: {f1: pass}}", "f1 has no result, so it is not pass; results: auc, di"),
        ("expect: {verdict: approve, results: {'di[sex=f]': pass}}", "di[sex=f] has no result, so it is not pass; "),
        ("expect: {verdict: approve, reasons: [nonsense]}", "nothing says 'nonsense'; the reasons: auc: auc = 0.8"),
        (
            "files: {ModelQuality.Statistics: none.json}, expect: {verdict: approve}",
            "the case cannot be judged: ModelQuality.Statistics is given both in short form and as the file none.json",
        ),
        (
            "model_quality: absent, files: {ModelQuality.Statistics: none.json}, expect: {verdict: approve}",
            "the case cannot be judged: ModelQuality.Statistics: ",
        ),
    ],
)
def test_a_case_that_expects_otherwise_says_what_differs(
    tmp_path: Path, bundle: Bundle, case: str, difference: str
) -> None:
    """In one sentence, with what the engine says."""
    (found,) = only(tmp_path, bundle, case)

    assert found.startswith(difference)


def test_results_name_their_place(tmp_path: Path, bundle: Bundle) -> None:
    """File, line and column of the case."""
    results = run(tmp_path, bundle, "expect: {verdict: approve}", "expect: {verdict: hold}")

    assert [(result.name, result.place, result.holds) for result in results] == [
        ("c0", f"{tmp_path}/cases.yaml:6:5", True),
        ("c1", f"{tmp_path}/cases.yaml:7:5", False),
    ]


def test_waivers_count_on_the_day_of_the_case(tmp_path: Path) -> None:
    """As in the step."""
    text = """\
budgets: {lending: 1}
waivers:
  - {id: w, policy: loans, check: auc, group: g, team: lending, floor: 0.65, reason: r, ticket: t, owner: a,
     approver: b, granted: 2026-03-01, expires: 2026-03-31}
"""
    bundle = bundle_of(tmp_path / "policies", POLICY, waivers=text)
    case = "group: {name: g, team: lending}, model_quality: {auc: 0.66}, as_of: "

    assert only(tmp_path, bundle, case + "2026-03-31, expect: {verdict: approve, results: {auc: waived}}") == ()
    assert only(tmp_path, bundle, case + "2026-04-01, expect: {verdict: reject, results: {auc: fail}}") == ()


def test_short_forms_become_the_facts_of_real_reports(tmp_path: Path, bundle: Bundle) -> None:
    """Everything that a report can say, read by the gate's own readers."""
    found = facts(
        subject(
            tmp_path,
            bundle,
            "model_quality: {auc: {standard_deviation: 0.02, interval: {low: 0.7, high: 0.9, confidence: 0.9}, "
            "slices: {sex: {f: 0.7, m: {value: 0.75, n: 40}}}}, accuracy: 0.9}, "
            "confusion_matrix: {a: {a: 45, b: 5}, b: {a: 5, b: 45}}, "
            "bias: {race: {white: {CI: 0.1}}}, shap: {label0: {x: 0.3, y: 0.1}}, "
            "data_quality: {item_count: 200, columns: {age: {num_missing: 50, mean: 40}}}, "
            "constraints: {auc: {min: 0.7}, mae: {max: 2}}, violations: [{type: data_type_check, feature: age}], "
            "extra: {robustness: {drop: {value: 0.01, n: 9}}}",
        )
    )

    auc = found["ModelQuality.Statistics/auc"]
    assert (auc.value.number, auc.n, auc.deviation and auc.deviation.number) == (0.8, 100, 0.02)
    assert auc.interval is not None
    assert (auc.interval.low, auc.interval.high, auc.interval.confidence) == (0.7, 0.9, 0.9)
    assert found["ModelQuality.Statistics/sex/m/auc"].n == 40
    assert found["ModelQuality.Statistics/accuracy"].n == 100
    assert found["ModelQuality.Statistics/item_count"].value.number == 500
    assert found["Bias.Report/race/white/DI"].section == "post_training"
    assert found["Bias.Report/race/white/CI"].section == "pre_training"
    assert found["Explainability.Report/label0/shap_share/x"].value.number == pytest.approx(0.75)
    assert found["ModelDataQuality.Statistics/completeness/age"].value.number == 0.75
    assert found["ModelDataQuality.Statistics/mean/age"].value.number == 40
    assert found["ModelQuality.Constraints/LessThanThreshold/auc"].value.number == 0.7
    assert found["ModelQuality.Constraints/GreaterThanThreshold/mae"].value.number == 2
    assert found["ModelDataQuality.Constraints/violation_count"].value.number == 1
    assert found["Extra.robustness/drop"].n == 9


def test_no_violations_are_a_file_that_says_so(tmp_path: Path, bundle: Bundle) -> None:
    """An empty list is evidence, no list is none."""
    there = facts(subject(tmp_path, bundle, "violations: []"))
    gone = facts(subject(tmp_path, bundle, "as_of: 2026-01-02"))

    assert there["ModelDataQuality.Constraints/violation_count"].value.number == 0
    assert "ModelDataQuality.Constraints/violation_count" not in gone


def test_baselines_are_facts_of_their_own(tmp_path: Path, bundle: Bundle) -> None:
    """Under the names that a package registers them by."""
    found = facts(
        subject(
            tmp_path, bundle, "baselines: {model_quality: {auc: 0.9}, bias: {race: {a: {DI: 1}}}, shap: {l: {x: 1}}}"
        )
    )

    assert found["DriftCheckBaselines.ModelQuality.Statistics/auc"].value.number == 0.9
    assert found["DriftCheckBaselines.Bias.PostTrainingConstraints/race/a/DI"].value.number == 1
    assert found["DriftCheckBaselines.Explainability.Constraints/l/global_shap/x"].value.number == 1


def test_history_is_what_change_rules_need_newest_first(tmp_path: Path) -> None:
    """As the step keeps it of approved versions."""
    change = "change: {against: best_approved, of: 2, better: higher, worse_by: 0, first_version: pass}"
    bundle = bundle_of(tmp_path / "policies", POLICY.replace("min: 0.7", f"min: 0.7\n    {change}"))
    history = "[{version: 3, model_quality: {auc: 0.7, f1: 1}}, {version: 8, model_quality: {auc: 0.9}}]"

    found = subject(tmp_path, bundle, f"history: {history}")

    assert [(prior.version, [fact.metric for fact in prior.facts]) for prior in found.history] == [
        (8, ["auc"]),
        (3, ["auc"]),
    ]
    assert found.package_arn.endswith("/9")


def test_whole_reports_come_from_files_beside_the_case(tmp_path: Path, bundle: Bundle) -> None:
    """Also broken ones, which the gate refuses."""
    (tmp_path / "good.json").write_text('{"metrics": {"auc": 0.9}}')
    (tmp_path / "cut.json").write_text('{"metrics": {"au')

    good = subject(tmp_path, bundle, "model_quality: absent, files: {ModelQuality.Statistics: good.json}")
    cut = subject(tmp_path, bundle, "model_quality: absent, files: {ModelQuality.Statistics: cut.json}")

    assert facts(good)["ModelQuality.Statistics/auc"].value.number == 0.9
    refused = [artifact for artifact in cut.artifacts if artifact.state is ArtifactState.REFUSED]
    assert [(artifact.name, artifact.problem) for artifact in refused] == [
        ("ModelQuality.Statistics", "it is not JSON: Unterminated string starting at at line 1 column 14")
    ]


def test_reports_arrive_on_the_day_a_case_says(tmp_path: Path, bundle: Bundle) -> None:
    """For what a policy says of their age."""
    (report, *_) = [a for a in subject(tmp_path, bundle, "arrived: 2025-11-01").artifacts if a.is_report]

    assert report.arrived_at == "2025-11-01T06:00:00+00:00"


def test_a_check_is_covered_only_by_cases_that_say_so(tmp_path: Path, bundle: Bundle) -> None:
    """An approval shows that everything passed; a rejection shows nothing of a check that it does not name."""
    approved = "expect: {verdict: approve}"
    rejected = "model_quality: {auc: 0.1}, expect: {verdict: reject}"
    named = "model_quality: {auc: 0.1}, expect: {verdict: reject, results: {auc: fail}}"
    sliced = "bias: {race: {black: {DI: 0.1}}}, expect: {verdict: reject, results: {'di[race=black]': fail}}"

    assert coverage_gaps(bundle, run(tmp_path, bundle, rejected)) == [
        "loans: check 'auc' neither passes nor fails in any case that says so; add one",
        "loans: check 'di' neither passes nor fails in any case that says so; add one",
    ]
    assert coverage_gaps(bundle, run(tmp_path, bundle, approved, rejected, sliced)) == [
        "loans: check 'auc' never fails in any case that says so; add one"
    ]
    assert coverage_gaps(bundle, run(tmp_path, bundle, named, sliced)) == [
        "loans: check 'auc' never passes in any case that says so; add one",
        "loans: check 'di' never passes in any case that says so; add one",
    ]
    assert coverage_gaps(bundle, run(tmp_path, bundle, approved, named, sliced)) == []


def test_a_case_that_does_not_hold_covers_nothing(tmp_path: Path, bundle: Bundle) -> None:
    """It shows that something else is the case."""
    results = run(tmp_path, bundle, "expect: {verdict: approve, results: {di: fail}}")

    assert [(entry.passed, entry.not_passed) for entry in coverage_of(bundle, results)] == [(False, False)] * 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("cases: []\n", "1:1: 'cases' is empty ([]); write at least 1 entry"),
        ("base: {}\n", "1:1: the key 'cases' is missing; add it (the cases)"),
        ("", "1:1: the file is empty; write its keys, or remove it"),
        (CASES + "  - {name: c}\n", "6:5: case 'c': the key 'expect' is missing; add it (what the policies must say)"),
        (CASES + "  - {expect: {verdict: approve}}\n", "6:5: the key 'name' is missing; add it (what it shows)"),
        (CASES + GOOD + GOOD, "7:6: case 'good': 'name' is 'good', like that of another case; rename one"),
        (
            CASES + GOOD.replace("approve", "approved"),
            "6:27: case 'good': 'verdict' is 'approved'; write approve, reject or hold",
        ),
        (
            CASES + GOOD.replace("pass", "passed"),
            "6:55: case 'good': 'auc' is 'passed'; write pass, fail, missing, inconclusive",
        ),
        (
            CASES + GOOD.replace("good,", "good, modelquality: {},"),
            "6:18: case 'good': the key 'modelquality' is not known here; did you",
        ),
        (
            CASES.replace("n: 100", "rows: 100") + GOOD,
            "3:37: the key 'rows' is not known here; remove it, or write one of: interval, n",
        ),
        (CASES.replace("DI: 1.0", "D1: 1.0") + GOOD, "4:25: 'D1' is no bias metric of Clarify; one of: CI, DPL"),
        (
            CASES.replace("DI: 1.0", "DI: inf") + GOOD,
            "4:25: 'DI' is 'inf'; write a number, such as 0.8, Infinity, -Infinity, NaN or absent",
        ),
        (CASES.replace("DI: 1.0", "DI:") + GOOD, "4:25: 'DI' has no value; write one, or remove it"),
        (
            CASES.replace("item_count: 500", "item_count: [1]") + GOOD,
            "'item_count' is a list; write a number, such as 0.8, Infinity,",
        ),
        (CASES.replace("value: 0.8, ", "") + GOOD, "6:5: case 'good': auc has no value, here or in the base; add it"),
        (
            CASES.replace("n: 100", "interval: {low: 0.1}") + GOOD,
            "6:5: case 'good': auc has no high of its interval, here or in the base; add it",
        ),
        (
            CASES + GOOD.replace("good,", "good, constraints: {auc: {}},"),
            "a constraint has one side; give either min or max",
        ),
        (
            CASES + GOOD.replace("good,", "good, files: {Model.Card: x},"),
            "'Model.Card' is no report that a package can name; one of: ",
        ),
        (
            CASES + GOOD.replace("good,", "good, as_of: today,"),
            "6:18: case 'good': 'as_of' is 'today'; write a day, such as 2027-03-31",
        ),
        (
            CASES + GOOD.replace("good,", "good, history: [{model_quality: {}}],"),
            "6:28: case 'good': the key 'version' is missing; add it",
        ),
        (
            CASES + GOOD.replace("auc: pass", "'au c': pass"),
            "6:55: case 'good': 'au c' is 'au c'; write a check, or a check and its slice, such as di[race=white]",
        ),
    ],
)
def test_a_fault_of_a_case_file_is_a_sentence_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    """As in policies: what is wrong, and what to do."""
    (tmp_path / "cases.yaml").write_text(text)

    with pytest.raises(PolicyError) as caught:
        load_cases(tmp_path / "cases.yaml")

    at = "cases.yaml:" if fault[0].isdigit() else ""
    assert at + fault in str(caught.value)


def test_a_folder_tells_the_faults_of_all_its_files(tmp_path: Path) -> None:
    """And has the cases of all of them."""
    (tmp_path / "a.yaml").write_text(CASES + GOOD)
    (tmp_path / "b.yaml").write_text(CASES + GOOD)
    assert len(load_cases(tmp_path)) == 2

    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text("cases: []\n")
    with pytest.raises(PolicyError) as caught:
        load_cases(tmp_path)
    assert [line.rpartition("/")[2][:6] for line in str(caught.value).splitlines()] == ["a.yaml", "b.yaml"]


def test_a_wrong_policy_makes_its_cases_differ(tmp_path: Path, bundle: Bundle) -> None:
    """That is what cases are for."""
    softer = tuple(replace(check, bound=None, change=None) for check in bundle.policies[0].checks)
    wrong = replace(bundle, policies=(replace(bundle.policies[0], checks=softer),))

    (result,) = run(tmp_path, wrong, "expect: {verdict: approve}")

    assert result.judgement is not None
    assert (result.holds, result.judgement.verdict) == (False, Verdict.HOLD)
