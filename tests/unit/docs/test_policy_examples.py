"""The pages on policies say what loader, readers and engine do: their examples are policy tests that hold."""

from dataclasses import replace
from pathlib import Path

import pytest
from modelgate.cli.cases.run import CaseResult, named, run_cases, worst
from modelgate.cli.cases.subjects import subject_of
from modelgate.contracts.results import Judgement, Result, Status, Verdict
from modelgate.decide import judge
from modelgate.errors import PolicyError
from modelgate.evidence.registry_text import describe

from tests.unit.checks.report_data import quality
from tests.unit.checks.subjects import bundle, check, subject
from tests.unit.docs.policy_pages import ROOT, Block, Example, blocks, examples, rows

CHECKS, WAIVERS = ROOT / "docs" / "policy-checks.md", ROOT / "docs" / "waivers.md"
EXAMPLES = [example for page in (CHECKS, WAIVERS) for example in examples(page)]
JUDGED = [(example, cases) for example in EXAMPLES for cases in example.cases]


def _where(value: Example | Block) -> str:
    return value.where


@pytest.fixture
def custom_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python of the page, installed as a package with its entry points."""
    [block] = [block for block in blocks(CHECKS) if block.language == "python"]
    about = tmp_path / "example_checks-1.0.dist-info"
    about.mkdir()
    (tmp_path / "example_checks.py").write_text(block.text, encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: example-checks\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[modelgate.checks]\nyouden = example_checks:youden\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))


def ran(example: Example, cases: Block, folder: Path) -> list[CaseResult]:
    """The cases of a block, run as ``modelgate policy test`` runs them."""
    policies = example.bundle(folder / "policies")
    file = folder / "cases.yaml"
    file.write_text(cases.text, encoding="utf-8")
    return run_cases(file, policies)


@pytest.mark.usefixtures("custom_checks")
@pytest.mark.parametrize(("example", "cases"), JUDGED, ids=_where)
def test_packages_are_judged_as_the_page_says(tmp_path: Path, example: Example, cases: Block) -> None:
    """Every case holds, names every result there is, and quotes the sentence of each that does not pass."""
    for case in ran(example, cases, tmp_path):
        judgement, expect = _judgement(case), case.case.case.expect
        results = judgement.results
        names = {name_of(result) for result in results}
        assert dict(expect.results) == {name: worst(named(results, name)).status for name in names}
        said = {result.sentence for result in results} | set(judgement.reasons)
        assert [reason for reason in expect.reasons if reason not in said] == []
        stands_out = {result.sentence for result in results if result.status is not Status.PASS}
        assert stands_out - set(expect.reasons) == set()


def _judgement(case: CaseResult) -> Judgement:
    assert case.differences == ()
    assert case.judgement is not None
    return case.judgement


def name_of(result: Result) -> str:
    """What a case calls one result."""
    if result.facet is not None and result.facet_value is not None:
        return f"{result.check}[{result.facet}={result.facet_value}]"
    part = result.facet or result.label
    return result.check if part is None else f"{result.check}[{part}]"


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.refused], ids=_where)
def test_refused_policies_are_refused_with_that_sentence(tmp_path: Path, example: Example) -> None:
    """Of a policy or waiver that the page calls a fault, every fault is the one that the page quotes."""
    with pytest.raises(PolicyError) as caught:
        example.bundle(tmp_path)

    assert [line.partition(": ")[2] for line in str(caught.value).splitlines()] == example.refused


README = ROOT / "policies" / "README.md"


def test_the_policy_that_the_folder_is_explained_by_is_a_policy(tmp_path: Path) -> None:
    """It loads as it stands, and the cases below it hold."""
    [example] = examples(README)
    [cases] = example.cases
    found = ran(example, cases, tmp_path)

    assert [case.differences for case in found] == [()] * len(found)
    assert {str(_judgement(case).verdict) for case in found} == {"approve", "hold", "reject"}


def test_the_folder_says_what_an_older_bundle_leads_to() -> None:
    """The reason that the page quotes is the one that a package is held for."""
    [quoted] = [row[1] for row in rows(README, "applied is") if row[0] == "an older bundle"]
    judged = replace(subject(quality(auc=0.9)), newest_bundle=4)
    judgement = judge(judged, replace(bundle(check("model_quality", metric="auc", low=0.8)), version=3))

    assert judgement.verdict is Verdict.HOLD
    assert quoted == f"held: `{judgement.reasons[0]}"


def test_every_example_is_followed_by_what_becomes_of_it() -> None:
    """Checks that nothing is judged by would be claims that nobody proved."""
    assert [example.where for example in EXAMPLES if not example.cases and not example.refused] == []
    assert len(JUDGED) > 30


def test_the_life_of_a_waiver_is_told_as_it_is_recorded(tmp_path: Path) -> None:
    """What the page says of the waiver in each case is what the record says, and the registry's words are quoted."""
    told = dict(rows(WAIVERS, "case", "the record says"))
    [(example, cases)] = [(example, cases) for example, cases in JUDGED if "name: exceeded" in cases.text]
    found = {case.name: case for case in ran(example, cases, tmp_path)}

    assert told == {name: use.sentence for name, case in found.items() for use in _judgement(case).waivers}
    used = found["used"]
    package = subject_of(used.case, example.bundle(tmp_path / "again"))
    [quoted] = [block.text.strip() for block in blocks(WAIVERS) if block.language == "text"]
    assert describe(_judgement(used), package, "s3://…").startswith(quoted)
