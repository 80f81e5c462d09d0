"""Compare a plan with an inventory: a YAML file that says what matters and is silent about the rest."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.terraform.offline import planned


def differences(plan: Mapping[str, Any], inventory: Path) -> list[str]:
    """A sentence for each thing that is not as *inventory* says: address, what the plan has, what was expected."""
    expected = yaml.safe_load(inventory.read_text())
    resources = planned(plan)
    found = []
    for address, values in (expected.get("values") or {}).items():
        if address not in resources:
            found.append(f"{address}: not in the plan")
            continue
        found += [f"{address}{line}" for line in _differ(resources[address], values)]
    counts = Counter(change["type"] for change in plan["resource_changes"] if change["mode"] == "managed")
    for kind, number in (expected.get("counts") or {}).items():
        if counts[kind] != number:
            found.append(f"{kind}: got {counts[kind]} of them, expected {number}")
    found += [
        f"{address}: in the plan, expected not to be" for address in expected.get("absent", []) if address in resources
    ]
    return found


def _differ(got: Any, expected: Any, path: str = "") -> Iterator[str]:
    if isinstance(got, str) and isinstance(expected, dict | list):
        got = json.loads(got)  # policies, patterns and definitions are JSON in a string
    if isinstance(expected, dict) and isinstance(got, dict):
        for key, value in expected.items():
            if key not in got:
                yield f"{path}.{key}: got nothing, expected {value!r}"
            else:
                yield from _differ(got[key], value, f"{path}.{key}")
    elif isinstance(expected, list) and isinstance(got, list) and len(got) == len(expected):
        for index, (one, other) in enumerate(zip(got, expected, strict=True)):
            yield from _differ(one, other, f"{path}[{index}]")
    elif got != expected:
        yield f"{path}: got {got!r}, expected {expected!r}"
