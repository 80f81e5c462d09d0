"""``policy lint``: every fault with its place, for a person and for an editor."""

import shutil
from pathlib import Path

import pytest

from tests.unit.cli.running import POLICIES, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped policies."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def test_the_shipped_policies_have_no_fault(folder: Path) -> None:
    """One line says how much was looked at."""
    ran = run("policy", "lint", folder)

    assert (ran.code, ran.err) == (0, "")
    assert "no fault found" in ran.out


def test_a_fault_has_file_line_column_and_fix(folder: Path) -> None:
    """A misspelt key is found where it stands, as is a second fault in another file."""
    credit = (folder / "credit.yaml").read_text().replace("min: 0.70", "mim: 0.70")
    (folder / "credit.yaml").write_text(credit)
    (folder / "bundle.yaml").write_text("version: none\n")
    line_number = next(number for number, text in enumerate(credit.splitlines(), start=1) if "mim" in text)

    ran = run("policy", "lint", folder)

    assert (ran.code, ran.out) == (1, "")
    (fault,) = (line for line in ran.err.splitlines() if line.startswith(f"{folder}/credit.yaml:{line_number}:5: "))
    assert "the key 'mim' is not known here; did you mean 'min'?" in fault
    assert f"{folder}/bundle.yaml:1:1: " in ran.err


def test_json_names_the_same_faults(folder: Path) -> None:
    """Place and sentence apart, on stdout; nothing on stderr."""
    (folder / "bundle.yaml").write_text("version: 0\n")

    ran = run("policy", "lint", folder, "--json")

    assert (ran.code, ran.err) == (1, "")
    assert ran.document["bundle_version"] is None
    (fault,) = ran.document["faults"]
    assert (fault["file"], fault["line"], fault["column"]) == (f"{folder}/bundle.yaml", 1, 1)
    assert "version" in fault["sentence"]


def test_json_of_good_policies_has_no_faults(folder: Path) -> None:
    """The keys are the same as with faults."""
    assert run("policy", "lint", folder, "--json").document == {
        "folder": str(folder),
        "bundle_version": 1,
        "faults": [],
    }


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: [", b"", b"&a [*a, *a]"])
def test_a_file_that_is_no_policy_is_a_sentence(folder: Path, content: bytes) -> None:
    """Binary, cut, empty, and a YAML bomb: one line about that file each."""
    (folder / "odd.yaml").write_bytes(content)

    ran = run("policy", "lint", folder)

    assert ran.code == 1
    assert ran.err.startswith(f"{folder}/odd.yaml")
    assert "Traceback" not in ran.err
