"""What readers copy from policies/README.md works."""

import re
from pathlib import Path

from modelgate.cli.cases.coverage import coverage_gaps
from modelgate.cli.cases.run import run_cases
from modelgate.generative.datasets.shipped import ID
from modelgate.policy.evaluations import build

from tests.unit.policy.folders import bundle_of, faults_of, folder

PAGE = (Path(__file__).parents[3] / "policies" / "README.md").read_text(encoding="utf-8")
POLICY, CASES, EVALUATION = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_policy_is_accepted_and_its_cases_hold(tmp_path: Path) -> None:
    """Together they show all checks but one both ways."""
    bundle = bundle_of(tmp_path, POLICY)
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "fraud.yaml").write_text(CASES, encoding="utf-8")

    results = run_cases(tmp_path / "cases", bundle)

    assert [result.differences for result in results] == [()] * 4
    assert coverage_gaps(bundle, results) == [
        "fraud: check 'protected-features' never fails in any case that says so; add one"
    ]


def test_the_bound_that_the_page_calls_refused_is_refused(tmp_path: Path) -> None:
    """With the reason."""
    (fault,) = faults_of(folder(tmp_path, POLICY.replace("abs_max: 0.8 ", "max: 0.8 ")))

    assert "TE (treatment equality) is unfair in both directions" in fault


def test_the_fault_that_the_page_shows_is_told_so(tmp_path: Path) -> None:
    """Word for word, its place apart."""
    (fault,) = faults_of(
        folder(tmp_path, POLICY.replace("min: 0.8 ", "mim: 0.8 ").replace("    confidence: 0.95 ", "    #"))
    )

    assert fault.partition(" ")[2] in PAGE


def test_the_evaluation_is_accepted(tmp_path: Path) -> None:
    """What it imports is not here, so it is left out; what it asks of the project's own prompts is there."""
    file = tmp_path / "letters.yaml"
    file.write_text(EVALUATION, encoding="utf-8")
    assert "evaluation 'letters' is left out" in build([file], None, tmp_path).left_out[0]

    file.write_text(EVALUATION.partition("  toxicity:")[0], encoding="utf-8")
    (asked,) = build([file], None, tmp_path).evaluations.evaluations["letters"].asked
    assert (asked.dataset_id.partition("+")[0], asked.prompts) == (ID["bias"], 72)
