"""The plans that the proof reads: every root as it is applied, over the same values, offline."""

import json
from pathlib import Path
from typing import Any

from tests.terraform.offline import environment_values, offline_root

VALUES = Path(__file__).parent / "values.tfvars"

# By the plan's name, its root and what makes this one of several.
PLANS: dict[str, tuple[str, dict[str, str]]] = {
    "organization": ("organization", {}),
    "bootstrap-governance": ("bootstrap", {"account_id": "222222222222"}),
    "bootstrap-lending": ("bootstrap", {"account_id": "333333333333"}),
    "bootstrap-insurance": ("bootstrap", {"account_id": "444444444444"}),
    "governance": ("governance", {}),
    "product-lending": ("product", {"product": "lending"}),
    "product-insurance": ("product", {"product": "insurance"}),
}


def write_plans(folder: Path) -> Path:
    """Plan every root once and leave in *folder* what the proof reads of each; return *folder*."""
    for name, (root, inputs) in PLANS.items():
        plan = offline_root(root).plan([*environment_values(root, "local"), VALUES], **inputs)
        (folder / f"{name}.json").write_text(json.dumps(_trimmed(root, plan)))
    return folder


def _trimmed(root: str, plan: dict[str, Any]) -> dict[str, Any]:
    outputs = plan.get("planned_values", {}).get("outputs", {})
    return {
        "root": root,
        "variables": {name: variable.get("value") for name, variable in plan["variables"].items()},
        "outputs": {name: output.get("value") for name, output in outputs.items()},
        "resources": [
            {
                "address": change["address"],
                "type": change["type"],
                "after": change["change"]["after"],
                "unknown": change["change"]["after_unknown"],
            }
            for change in plan["resource_changes"]
            if change["mode"] == "managed" and change["change"]["after"] is not None
        ],
    }
