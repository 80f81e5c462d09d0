"""Imports of the package go one way; only the adapters know AWS, and pure code knows no environment."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "processing" / "modelgate"
LEVELS = {
    "errors": 0,
    "contracts": 0,
    "policy": 1,
    "reports": 1,
    "checks": 1,
    "generative": 1,
    "evaluate": 2,
    "advice": 2,
    "decide": 2,
    "evidence": 2,
    "replay": 2,
    "audit": 2,
    "aws": 3,
    "steps": 4,
    "cli": 4,
}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(path: Path) -> str:
    """The part of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, type checking included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    """contracts, errors ◀ policy, reports, checks ◀ evaluate, decide, evidence, audit ◀ aws ◀ steps, cli."""
    inside = [name.split(".")[1] for name in imported(path) if name.startswith("modelgate.")]

    assert [name for name in inside if LEVELS[name] > LEVELS[room(path)]] == []
    assert not any(name.startswith((".", "local", "deploy", "examples", "lambdas")) for name in imported(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_adapters_import_the_sdk(path: Path) -> None:
    """Type stubs are allowed where clients pass through."""
    sdk = [name for name in imported(path) if name.split(".")[0] in ("boto3", "botocore", "s3transfer")]

    assert not sdk or room(path) == "aws"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pure_code_reads_no_environment(path: Path) -> None:
    """Only the steps and the command line may."""
    source = path.read_text(encoding="utf-8")

    assert room(path) in ("steps", "cli") or not any(word in source for word in ("os.environ", "getenv"))


def test_the_steps_do_without_pydantic_and_yaml() -> None:
    """They belong to policy files; the image does not carry them."""
    files = {"bounds", "bundle", "cases", "check_files", "clarify_files", "faults", "file_model", "json_schema"}
    files |= {"known_keys", "load", "schema", "waiver_files", "wanted", "words", "yaml_file"}
    files |= {"evaluation_files", "evaluation_prompts", "evaluations"}
    readers = {f"{name}.py" for name in files}
    elsewhere = [p for p in FILES if room(p) != "cli" and not (room(p) == "policy" and p.name in readers)]

    assert [path for path in elsewhere if {"pydantic", "yaml"} & {name.split(".")[0] for name in imported(path)}] == []
    reading = [f"modelgate.policy.{name.removesuffix('.py')}" for name in sorted(readers)]
    assert [path for path in elsewhere if set(reading) & set(imported(path))] == []
