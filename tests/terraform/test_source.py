"""What the Terraform code promises by its form; read as text, without Terraform."""

import re
from pathlib import Path

import pytest

from tests.terraform.offline import TERRAFORM

CODE = sorted((TERRAFORM / "modules").rglob("*.tf")) + sorted((TERRAFORM / "roots").rglob("*.tf"))
MODULES = sorted(path for path in (TERRAFORM / "modules").iterdir() if path.is_dir())
LOCKS = sorted((TERRAFORM / "roots").glob("*/.terraform.lock.hcl"))
COMPUTED = {"aws_iam_policy_document"}


def named(path: Path) -> str:
    return path.relative_to(TERRAFORM).as_posix()


def lines(pattern: str, paths: list[Path] = CODE) -> list[str]:
    """Each place where *pattern* matches."""
    return [
        f"{named(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(pattern, line)
    ]


def blocks(kind: str, path: Path) -> dict[str, str]:
    """The top-level blocks of *kind* in a file, by name."""
    return dict(re.findall(rf'^{kind} "([^"]+)" {{\n(.*?)^}}', path.read_text(), re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_has_its_four_files_and_calls_no_module(module: Path) -> None:
    """Only roots compose; a module is one entity."""
    assert {"main.tf", "outputs.tf", "variables.tf", "versions.tf"} <= {path.name for path in module.iterdir()}
    assert lines(r"^(module|provider) ", sorted(module.glob("*.tf"))) == []


def test_no_data_source_calls_a_network() -> None:
    """A plan needs no account: policy documents are computed, everything else comes in as a value."""
    found = [match for path in CODE for match in re.findall(r'^data "([^"]+)"', path.read_text(), re.MULTILINE)]

    assert set(found) == COMPUTED


def test_no_code_hides_drift_or_breaks_a_pure_plan() -> None:
    """What an account changes behind our back must show in the second plan."""
    assert lines(r"ignore_changes|null_resource|timestamp\(|data \"external\"|\bany\b\s*\)?$") == []


def test_every_wildcard_says_why() -> None:
    """A star in an action, resource or principal has a comment on its line or the one before."""
    bare = []
    for path in CODE:
        before = ""
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if re.search(r'"(\*|[^"]*[:/]\*)"', line) and "#" not in line + before and "_arn)" not in line:
                bare.append(f"{named(path)}:{number}: {line.strip()}")
            before = line

    assert bare == []


@pytest.mark.parametrize(
    "path", [p for p in CODE if p.name in ("variables.tf", "outputs.tf", "platform.tf")], ids=named
)
def test_variables_and_outputs_are_sorted_and_described(path: Path) -> None:
    """Each has a description that is a sentence; collections are never null."""
    for kind in ("variable", "output"):
        found = blocks(kind, path)

        assert list(found) == sorted(found)
        for name, body in found.items():
            assert re.search(r'description\s+=\s+"[A-Z].*[^\\]\."\n', body), f"{name} has no sentence"
            if re.search(r"type\s+=\s+(map|set|list)\(", body):
                assert re.search(r"nullable\s+=\s+false", body), f"{name} may be null"


def test_the_platforms_values_are_declared_alike_in_every_root() -> None:
    """One file, three copies: roots cannot share code, so this keeps them the same."""
    assert len({path.read_text() for path in (TERRAFORM / "roots").glob("*/platform.tf")}) == 1
    assert (
        len({path.read_text() for path in (TERRAFORM / "modules").glob("*/versions.tf") if "aws" in path.read_text()})
        == 1
    )


def test_every_root_locks_the_provider_for_every_platform() -> None:
    """Fifteen archives of the official release, and the unpacked one of linux_amd64; all roots alike."""
    texts = {path.read_text() for path in LOCKS}

    assert len(LOCKS) == 4
    assert len(texts) == 1
    (text,) = texts
    assert 'version     = "5.100.0"' in text
    assert len(re.findall(r'"zh:[0-9a-f]{64}"', text)) == 15
    assert '"h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0="' in text


def test_environments_are_values_only() -> None:
    """No code in an environment, and each has the same files; records and a list of custom checks may be missing."""
    folders = sorted((TERRAFORM / "environments").iterdir())
    optional = {"custom_checks.txt", "image.json", "signing-keys.json"}
    tracked = {folder.name: {p.name for p in folder.iterdir()} - optional for folder in folders}

    assert set(tracked) >= {"local", "dev", "staging", "prod"}
    assert set(map(frozenset, tracked.values())) == {
        frozenset({"governance.tfvars", "groups.tfvars", "organization.tfvars", "platform.tfvars"})
    }
