"""``policy test`` and ``policy schema``: what policies must say, and what editors know of them."""

import json
import shutil
from pathlib import Path

import pytest
from modelgate.policy.json_schema import FORMATS, schema_of

from tests.unit.cli.running import POLICIES, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the policies with their cases."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def test_cases_that_hold_are_counted(folder: Path) -> None:
    """And what no case shows is said, without being a fault."""
    ran = run("policy", "test", folder)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("2 of 2 cases hold\n")
    assert "not shown: credit: check 'rows' never fails" in ran.out


def test_a_case_that_does_not_hold_is_named_with_its_place(folder: Path) -> None:
    """A bound that was loosened shows where it was tested."""
    credit = folder / "credit.yaml"
    credit.write_text(credit.read_text().replace("min: 0.8\n", "min: 0.5\n"))

    ran = run("policy", "test", folder)
    document = run("policy", "test", folder, "--json").document

    assert ran.code == 1
    assert ran.err.startswith(f"{folder}/cases/credit.yaml:13:5: case 'a model that favours one group is rejected': ")
    assert "the verdict is approve, not reject" in ran.err
    assert (document["cases"], document["failed"]) == (2, 1)
    assert [result["holds"] for result in document["results"]] == [True, False]


def test_complete_asks_that_every_check_was_seen_both_ways(folder: Path) -> None:
    """A check that was only ever seen to pass may be none."""
    assert run("policy", "test", folder).code == 0
    assert run("policy", "test", folder, "--complete").code == 1


def test_without_cases_nothing_was_shown(folder: Path) -> None:
    """No case is not the same as no failure."""
    (folder / "cases" / "credit.yaml").unlink()
    empty = run("policy", "test", folder)
    (folder / "cases").rmdir()
    missing = run("policy", "test", folder)

    assert (empty.code, missing.code) == (1, 1)
    assert "holds no case" in empty.err
    assert str(folder / "cases") in missing.err


def test_a_fault_in_a_case_has_its_place(folder: Path) -> None:
    """As one in a policy has."""
    (folder / "cases" / "odd.yaml").write_text("cases:\n  - name: x\n    expcet: {verdict: approve}\n")

    ran = run("policy", "test", folder)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{folder}/cases/odd.yaml:")


def test_other_cases_can_be_named(folder: Path, tmp_path: Path) -> None:
    """One file, for instance, while it is being written."""
    file = tmp_path / "mine.yaml"
    file.write_text((folder / "cases" / "credit.yaml").read_text().replace("verdict: approve", "verdict: hold"))

    assert run("policy", "test", folder, "--cases", file).code == 1


@pytest.mark.parametrize("name", FORMATS)
def test_the_schema_of_each_kind_of_file_is_printed(name: str) -> None:
    """It is the one that lint's own models give."""
    ran = run("policy", "schema", name)

    assert (ran.code, ran.document) == (0, schema_of(name))


def test_the_schemas_can_be_written_for_an_editor(tmp_path: Path) -> None:
    """One file for each kind."""
    document = run("policy", "schema", "--write", tmp_path / "schema", "--json").document

    assert document["written"] == [str(tmp_path / "schema" / f"{name}.schema.json") for name in FORMATS]
    assert json.loads((tmp_path / "schema" / "policy.schema.json").read_text()) == schema_of("policy")
    assert run("policy", "schema", "other").code == 2
