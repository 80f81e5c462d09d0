"""JSON Schemas for editors: generated from the code, and true of every file that is shipped or shown."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from modelgate.policy.json_schema import DRAFT, FORMATS, main, schema_of, schema_text, write_schemas

from tests.unit.policy.folders import HEAD, POLICY, check_text
from tests.unit.policy.test_waiver_files import waivers

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "policies"
_FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def faults(name: str, text: str) -> list[str]:
    """What the schema of *name* finds in a YAML text."""
    document = yaml.load(text, Loader=_DaysAreTexts)  # noqa: S506 - a safe loader
    return [error.message for error in Draft202012Validator(schema_of(name)).iter_errors(document)]


class _DaysAreTexts(yaml.SafeLoader):
    """As editors read YAML 1.2: a day is a text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as the base class has it
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def format_of(path: Path) -> str:
    """Which format a file of a policies folder has."""
    if (of_folder := {"cases": "cases", "evaluations": "evaluation"}.get(path.parent.name)) is not None:
        return of_folder
    return path.stem if path.stem in ("bundle", "waivers") else "policy"


def shown() -> list[tuple[str, str, str]]:
    """Whole files that pages show: where, format, text."""
    found = []
    for page in (SHIPPED / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for number, block in enumerate(_FENCE.findall(page.read_text(encoding="utf-8"))):
            keys = yaml.load(block, Loader=_DaysAreTexts)  # noqa: S506 - a safe loader
            for name, wanted in (
                ("policy", {"policy", "checks"}),
                ("waivers", {"budgets", "waivers"}),
                ("evaluation", {"evaluation", "ask"}),
            ):
                if isinstance(keys, dict) and wanted <= keys.keys():
                    found.append((f"{page.name}:{number}", name, block))
            if isinstance(keys, dict) and "cases" in keys:
                found.append((f"{page.name}:{number}", "cases", block))
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_the_files_are_those_of_the_code(name: str) -> None:
    """Whoever changes the format writes them again: python -m modelgate.policy.json_schema policies/schema."""
    assert (SHIPPED / "schema" / f"{name}.schema.json").read_text(encoding="utf-8") == schema_text(name)


@pytest.mark.parametrize("name", FORMATS)
def test_each_is_a_schema_with_a_name_and_words_for_every_key(name: str) -> None:
    """Editors show them while somebody writes."""
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)

    assert (schema["$schema"], schema["$id"]) == (DRAFT, f"urn:modelgate:schema:{name}:2")
    assert schema["title"].startswith("modelgate: ")
    for part in (schema, *schema.get("$defs", {}).values()):
        assert part["description"]
        for key, about in part.get("properties", {}).items():
            # Where the words are those of the part itself, they stand there only.
            named = schema["$defs"].get(str(about.get("$ref")).rpartition("/")[2], {}) if "$ref" in about else {}
            words = about.get("description") or named.get("description") or "const" in about
            assert words, f"{part.get('title')}: {key}"


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.yaml")), ids=lambda path: str(path.relative_to(SHIPPED)))
def test_every_shipped_file_is_valid(path: Path) -> None:
    """Policies, waivers, version and cases."""
    assert faults(format_of(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(("where", "name", "text"), shown(), ids=lambda value: str(value)[:40])
def test_every_file_that_a_page_shows_is_valid(where: str, name: str, text: str) -> None:
    """What readers copy is underlined by no editor."""
    assert faults(name, text) == [], where


@pytest.mark.parametrize(
    ("name", "text", "valid"),
    [
        ("policy", POLICY, True),
        ("policy", POLICY.replace("min:", "mim:"), False),
        ("policy", POLICY.replace("min: 0.7", "min: '0.7'"), False),
        ("policy", POLICY.replace("min: 0.7", "min: null"), False),
        ("policy", POLICY.replace("metric: DI", "metric: XY"), False),
        ("policy", POLICY.replace("kind: bias", "kind: biass"), False),
        ("policy", POLICY.replace("owner: model-risk\n", ""), False),
        ("policy", HEAD + check_text("kind: bias", "metric: DI", "facets: all", "max: 1", "confidence: 0.9"), False),
        ("policy", HEAD + check_text("kind: explainability", "min_total: 1", "max: 1"), False),
        ("policy", HEAD + check_text("kind: explainability", "min_total: 1"), True),
        ("policy", HEAD + check_text("kind: bias", "metric: DI", "facets: {race: [a, b]}", "ratio_band: 0.8"), True),
        ("waivers", waivers({}), True),
        ("waivers", waivers({"expires": "tomorrow"}), False),
        ("waivers", waivers({"owner": None}), False),
        ("bundle", "version: 3\n", True),
        ("bundle", "version: three\n", False),
        ("cases", "cases: [{name: x, expect: {verdict: approve}}]\n", True),
        ("cases", "cases: [{name: x, expect: {verdict: approved}}]\n", False),
        ("cases", "cases: []\n", False),
    ],
)
def test_keys_types_and_closed_sets_are_known(name: str, text: str, valid: bool) -> None:
    """What the lint refuses for its form, the editor underlines."""
    assert (faults(name, text) == []) is valid


def test_the_command_writes_every_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says where."""
    assert main([str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out.split() == [str(path) for path in write_schemas(tmp_path / "new")]
    assert json.loads((tmp_path / "new" / "policy.schema.json").read_text()) == schema_of("policy")
    assert main([]) == 2


def test_a_schema_can_be_written_as_json() -> None:
    """Nothing of it is Python's alone."""
    for name in FORMATS:
        schema: dict[str, Any] = schema_of(name)
        assert json.loads(json.dumps(schema, allow_nan=False)) == schema
