"""JSON Schemas of policy files, for editors: ``python -m modelgate.policy.json_schema policies/schema``.

They know keys, types and closed sets. What only the lint knows (a bound that suits its metric, a waiver that can be
used) they leave to it.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from modelgate.policy.cases import CasesFile
from modelgate.policy.evaluation_files import EvaluationFile
from modelgate.policy.file_model import FileModel
from modelgate.policy.schema import BundleFile, PolicyFile
from modelgate.policy.waiver_files import WaiversFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FORMATS: Mapping[str, tuple[type[FileModel], str]] = {
    "bundle": (BundleFile, "modelgate: the version of a folder of policies"),
    "cases": (CasesFile, "modelgate: policy tests"),
    "evaluation": (EvaluationFile, "modelgate: what models that write text are asked"),
    "policy": (PolicyFile, "modelgate: a policy"),
    "waivers": (WaiversFile, "modelgate: waivers and their budgets"),
}


def schema_of(name: str) -> dict[str, Any]:
    """The schema of a format of `FORMATS`, draft 2020-12."""
    model, title = FORMATS[name]
    found = _plain(model.model_json_schema())
    refused = {each.__name__: each.refused for each in _formats(FileModel)}
    for part, schema in found.get("$defs", {}).items():
        for key in refused.get(part, ()):
            schema["properties"].pop(key, None)
    return {"$schema": DRAFT, "$id": f"urn:modelgate:schema:{name}:2", **found, "title": title}


def schema_text(name: str) -> str:
    """The file of a schema: the same for the same code."""
    return json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema to *folder* as ``<format>.schema.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.schema.json" for name in FORMATS]
    for name, path in zip(FORMATS, paths, strict=True):
        path.write_text(schema_text(name), encoding="utf-8")
    return paths


def main(argv: Sequence[str] | None = None) -> int:
    """Write the schemas to the folder named."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m modelgate.policy.json_schema FOLDER\n")
        return 2
    for path in write_schemas(Path(arguments[0])):
        sys.stdout.write(f"{path}\n")
    return 0


def _formats(model: type[FileModel]) -> Iterator[type[FileModel]]:
    for part in model.__subclasses__():
        yield part
        yield from _formats(part)


def _plain(schema: Any) -> Any:
    """*schema* without what editors have no use for, and without null: a key is given a value or left out."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _plain(part) for key, part in schema.items() if key != "discriminator"}
    if found.get("default", 0) is None:
        del found["default"]
    if isinstance(found.get("title"), str) and "properties" not in found:
        del found["title"]
    choices = [choice for choice in found.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del found["anyOf"]
        return {**choices[0], **found}
    return {**found, "anyOf": choices} if choices else found


if __name__ == "__main__":
    sys.exit(main())
