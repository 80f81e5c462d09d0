"""The policies that are shipped: what they say of cases, and why each number is what it is."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from modelgate.cli.cases.coverage import coverage_gaps
from modelgate.cli.cases.run import CaseResult, run_cases
from modelgate.policy.load import load_folder
from modelgate.policy.model import Check
from modelgate.policy.yaml_file import read_yaml

SHIPPED = Path(__file__).parents[3] / "policies"
BUNDLE = load_folder(SHIPPED)
RESULTS = run_cases(SHIPPED / "cases", BUNDLE)
CHECKS = [(policy.name, check) for policy in BUNDLE.policies for check in policy.checks]
EVERY_CHECK = pytest.mark.parametrize("check", [check for _, check in CHECKS], ids=[f"{n}:{c.id}" for n, c in CHECKS])

# A rule, a study, a page of documentation; or the honest word that it is none of these.
_ORIGIN = re.compile(
    r"CFR|SR 11-7|developer guide|\((19|20)[0-9]{2}\)|, (19|20)[0-9]{2}\)|ACL 20[0-9]{2}|measure yours"
)


def test_the_shipped_policies_are_these() -> None:
    """One for each way of use, and one whose versions are compared."""
    assert [policy.name for policy in BUNDLE.policies] == ["credit", "credit-watched", "generative", "regression"]
    assert (BUNDLE.version, BUNDLE.policies[0].version) == (3, 2)


@EVERY_CHECK
def test_each_number_has_a_reason_and_a_source(check: Check) -> None:
    """A reader from model risk sees why it is asked, and whether anything but habit stands behind the number."""
    assert len(check.reason) > 30
    assert check.source is not None
    assert len(check.source) > 30
    assert _ORIGIN.search(check.source)


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: f"{result.case.file.stem}: {result.name}")
def test_each_case_holds(result: CaseResult) -> None:
    """The policies say of each package what its case expects."""
    assert result.differences == ()


def test_every_check_is_shown_both_ways() -> None:
    """Some case shows that it passes, and another that it does not."""
    assert coverage_gaps(BUNDLE, RESULTS) == []


def test_the_cases_of_a_policy_are_judged_by_it() -> None:
    """A case that no policy governs shows nothing, unless that is what it is about."""
    judged = {
        (result.case.file.stem, result.judgement.policy)
        for result in RESULTS
        if result.judgement is not None and result.judgement.policy is not None
    }

    assert judged == {(policy.name, policy.name) for policy in BUNDLE.policies}


@EVERY_CHECK
def test_a_check_that_goes_is_noticed(check: Check) -> None:
    """Without it some case says otherwise."""
    (policy,) = (policy for policy in BUNDLE.policies if check in policy.checks)
    without = replace(policy, checks=tuple(other for other in policy.checks if other != check))
    others = tuple(other for other in BUNDLE.policies if other != policy)

    results = run_cases(SHIPPED / "cases" / f"{policy.name}.yaml", replace(BUNDLE, policies=(*others, without)))

    assert not all(result.holds for result in results)


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.yaml")), ids=lambda path: str(path.relative_to(SHIPPED)))
def test_editors_find_the_schema(path: Path) -> None:
    """The first line names it, relative to the file."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")

    assert named != first
    assert (path.parent / named).is_file()
    assert read_yaml(path).data
