"""``policy show`` and ``policy bundle``: what is in force, and what will be."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from modelgate.cli.policy.shown import asks, looks_at
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.results import Bound
from modelgate.policy.bundle import build
from modelgate.policy.model import (
    Against,
    Better,
    Change,
    FacetChoice,
    FirstVersion,
    OnInfinite,
)

from tests.unit.checks.subjects import check
from tests.unit.cli.running import POLICIES, run


def test_a_policy_is_shown_with_bound_and_reason_of_each_check() -> None:
    """Owner, whom it governs, evidence, and every check with what it asks and why."""
    ran = run("policy", "show", POLICIES, "--policy", "credit")
    told = " ".join(ran.out.split())

    assert ran.code == 0
    assert "credit v1, owned by model-risk" in told
    assert "governs tags policy=credit" in told
    assert "within [0.8, 1.25]" in told
    assert "The four-fifths rule" in told


@pytest.mark.parametrize(
    ("words", "code", "governs"), [(("--tag", "policy=credit"), 0, ["credit"]), (("--tag", "policy=other"), 3, [])]
)
def test_which_policy_governs_a_group(words: tuple[str, ...], code: int, governs: list[str]) -> None:
    """Exactly one is what a package needs; otherwise the exit code is that of a hold."""
    ran = run("policy", "show", POLICIES, "--group", "loan-approval", *words, "--json")

    assert (ran.code, ran.document["governs"]) == (code, governs)
    assert [policy["name"] for policy in ran.document["policies"]] == governs


def test_two_policies_for_one_group_are_a_hold(tmp_path: Path) -> None:
    """The sentence names both."""
    bundle: dict[str, Any] = json.loads(build(POLICIES))
    (credit,) = (policy for policy in bundle["policies"] if policy["name"] == "credit")
    bundle["policies"] = [credit, {**credit, "name": "second"}]
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))

    ran = run("policy", "show", tmp_path / "bundle.json", "--group", "x", "--tag", "policy=credit")

    assert ran.code == 3
    assert "x is governed by credit and second, so its packages are held" in ran.out


def test_a_bundle_file_is_shown_as_its_folder_is(tmp_path: Path) -> None:
    """What is pinned can be read too."""
    (tmp_path / "bundle.json").write_bytes(build(POLICIES))

    assert (
        run("policy", "show", tmp_path / "bundle.json", "--json").out == run("policy", "show", POLICIES, "--json").out
    )


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"schema": "modelgate/policy-bundle/v1"}'])
def test_a_file_that_is_no_bundle_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    """It names the file."""
    (tmp_path / "bundle.json").write_bytes(content)

    ran = run("policy", "show", tmp_path / "bundle.json")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{tmp_path}/bundle.json: ")
    assert ran.err.count("\n") == 1


def test_an_unknown_policy_is_wrong_usage() -> None:
    """The known ones are named."""
    ran = run("policy", "show", POLICIES, "--policy", "credits")

    assert ran.code == 2
    assert "credit" in ran.err


def test_everything_that_a_check_asks_is_said() -> None:
    """Bound, certainty, rows, infinity, change, absence."""
    change = Change(
        against=Against.BEST_APPROVED,
        of=5,
        better=Better.HIGHER,
        worse_by=0.01,
        worse_by_percent=2,
        suspicious_gain=0.1,
        first_version=FirstVersion.HOLD,
    )
    asked = check(
        "metric",
        metric="auc",
        low=0.7,
        report="Extra.slices",
        facets=(FacetChoice(facet="race", values=("a", "b")),),
        confidence=0.95,
        minimum_n=100,
        on_infinite=OnInfinite.HOLD,
        change=change,
        may_be_absent=True,
    )

    assert looks_at(asked) == "metric: auc for race=a|b in Extra.slices"
    assert list(asks(asked)) == [
        str(Bound(min=0.7, max=None)),
        "with the whole 0.95 interval",
        "on at least 100 rows",
        "infinite values hold",
        "at most 0.01 worse than the best of the last 5 approved versions",
        "at most 2 % worse than the best of the last 5 approved versions",
        "a gain above 0.1 over the best of the last 5 approved versions is looked at",
        "a first version: hold",
        "or is absent",
    ]


def test_a_bundle_is_the_same_bytes_as_those_that_terraform_pins(tmp_path: Path) -> None:
    """The digest that is printed is that of the file."""
    ran = run("policy", "bundle", POLICIES, "-o", tmp_path / "new" / "bundle.json", "--json")
    written = (tmp_path / "new" / "bundle.json").read_bytes()

    assert ran.code == 0
    assert written == build(POLICIES)
    assert ran.document["digest"] == sha256_of(written)
    assert ran.document["policies"]["credit"] == 1


def test_of_a_folder_with_faults_nothing_is_written(tmp_path: Path) -> None:
    """The faults are those of lint."""
    policies = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    (policies / "bundle.yaml").write_text("version: 0\n")

    ran = run("policy", "bundle", policies, "-o", tmp_path / "bundle.json")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{policies}/bundle.yaml:1:1: ")
    assert not (tmp_path / "bundle.json").exists()


def changed(folder: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the policies with texts of the credit policy changed."""
    policies = Path(shutil.copytree(POLICIES, folder))
    text = (policies / "credit.yaml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (policies / "credit.yaml").write_text(text)
    return policies


def test_a_difference_is_said_in_words_loosest_first(tmp_path: Path) -> None:
    """What lets more through is what a reviewer must see first; the sentences are those of the policies' own words."""
    new = changed(tmp_path / "new", ("min: 0.70", "min: 0.75"), ("min: 500", "min: 400"), ("version: 1", "version: 2"))
    (new / "bundle.yaml").write_text("version: 2\n")

    ran = run("policy", "diff", POLICIES, new)
    document = run("policy", "diff", POLICIES, new, "--json").document

    assert ran.code == 0
    assert ran.out.index("credit: rows: min fell from 500 to 400") < ran.out.index("credit: auc: min rose from 0.7 to")
    assert ran.out.index("Looser") < ran.out.index("Stricter")
    assert document["counts"] == {"looser": 1, "changed": 0, "stricter": 1, "neutral": 2}
    assert document["versions"] == []


def test_equal_policies_do_not_differ(tmp_path: Path) -> None:
    """A bundle file and the folder it was built from are the same."""
    (tmp_path / "bundle.json").write_bytes(build(POLICIES))

    assert run("policy", "diff", tmp_path / "bundle.json", POLICIES).out == "nothing differs\n"


def test_a_version_that_has_not_grown_is_refused_by_bundle_and_said_by_diff(tmp_path: Path) -> None:
    """The same version must never mean two things."""
    (tmp_path / "old.json").write_bytes(build(POLICIES))
    new = changed(tmp_path / "new", ("min: 0.70", "min: 0.75"))

    refused = run("policy", "bundle", new, "-o", tmp_path / "new.json", "--after", tmp_path / "old.json")
    said = run("policy", "diff", tmp_path / "old.json", new)

    assert (refused.code, refused.out) == (1, "")
    assert "write version: 2" in refused.err
    assert not (tmp_path / "new.json").exists()
    assert "not to be published like this" in said.out
    same = run("policy", "bundle", POLICIES, "-o", tmp_path / "same.json", "--after", tmp_path / "old.json")
    assert same.code == 0
