"""A folder of policy files, linted; every fault found is one sentence with file, line, column and fix."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from modelgate.errors import PolicyError
from modelgate.policy.faults import parsed
from modelgate.policy.model import Bundle, Check, Policy, Waiver
from modelgate.policy.schema import BundleFile, PolicyFile
from modelgate.policy.waiver_files import WaiversFile
from modelgate.policy.yaml_file import YamlFile, read_yaml

BUNDLE_FILE = "bundle.yaml"
WAIVERS_FILE = "waivers.yaml"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located(Generic[M]):
    """A checked file beside its text, so that later faults can still name a line."""

    file: YamlFile
    model: M


def load_folder(folder: Path) -> Bundle:
    """Load ``bundle.yaml``, ``waivers.yaml`` if there is one, and every other ``*.yaml`` of *folder* as a policy.

    Raises:
        PolicyError: a file is wrong; the message holds every fault, one a line.
    """
    faults: list[str] = []
    version = _version(folder, faults)
    policies = [policy for path in policy_files(folder) if (policy := _load(path, PolicyFile, faults))]
    faults.extend(_twice(policies))
    if not policy_files(folder):
        faults.append(f"{folder}: holds no policy; without one, every package is held")
    built = [policy.model.to_policy() for policy in policies]
    waivers = _waivers(folder, {policy.name: policy for policy in built}, faults)
    if faults or version is None:
        raise PolicyError("\n".join(faults))
    return Bundle(
        version=version,
        policies=tuple(sorted(built, key=lambda policy: policy.name)),
        waivers=tuple(sorted((w.to_waiver() for w in waivers.waivers), key=lambda w: w.id)) if waivers else (),
        budgets=dict(sorted(waivers.budgets.items())) if waivers else {},
    )


def policy_files(folder: Path) -> list[Path]:
    """The files of *folder* that hold one policy each, sorted."""
    return sorted(path for path in folder.glob("*.yaml") if path.name not in (BUNDLE_FILE, WAIVERS_FILE))


def load_policy(path: Path) -> Policy:
    """Load one policy file on its own.

    Raises:
        PolicyError: the file is wrong; the message holds every fault, one a line.
    """
    faults: list[str] = []
    located = _load(path, PolicyFile, faults)
    if located is None:
        raise PolicyError("\n".join(faults))
    return located.model.to_policy()


def _version(folder: Path, faults: list[str]) -> int | None:
    path = folder / BUNDLE_FILE
    if not path.is_file():
        faults.append(f"{path}: is missing; write a file that says `version: 1`")
        return None
    located = _load(path, BundleFile, faults)
    return located.model.version if located else None


def _load(path: Path, model: type[M], faults: list[str]) -> Located[M] | None:
    try:
        file = read_yaml(path)
        return Located(file=file, model=parsed(file, model))
    except PolicyError as error:
        faults.append(str(error))
    return None


def _twice(policies: list[Located[PolicyFile]]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for located in policies:
        other = owners.setdefault(located.model.policy, located.file.name)
        if other != located.file.name:
            place = located.file.place(("policy",))
            yield f"{place}: the policy {located.model.policy!r} is in {other} already; rename one"


def _waivers(folder: Path, policies: dict[str, Policy], faults: list[str]) -> WaiversFile | None:
    path = folder / WAIVERS_FILE
    if not path.exists():
        return None
    located = _load(path, WaiversFile, faults)
    if located is None:
        return None
    for index, waiver in enumerate(located.model.waivers):
        problem = _useless(waiver.to_waiver(), policies)
        if problem:
            faults.append(f"{located.file.place(('waivers', index))}: waiver {waiver.id!r} {problem}")
    return located.model


def _useless(waiver: Waiver, policies: dict[str, Policy]) -> str | None:
    """What keeps *waiver* from ever being used: it would look like an exception and be none."""
    policy = policies.get(waiver.policy)
    if policy is None:
        return f"is about the policy {waiver.policy!r}, which is not here; known: {', '.join(sorted(policies))}"
    check = next((check for check in policy.checks if check.id == waiver.check), None)
    if check is None:
        return f"is about the check {waiver.check!r}, which {policy.name} does not have; remove the waiver or mend it"
    return _facets(waiver, check) or _limits(waiver, check)


def _facets(waiver: Waiver, check: Check) -> str | None:
    sliced = check.facets is not None
    if sliced and waiver.facet is None:
        return f"names no facet, and {check.id!r} judges slices; name the facet (* for all)"
    if not sliced and waiver.facet is not None and check.kind != "custom":
        return f"names a facet, and {check.id!r} judges none; remove it"
    return None


def _limits(waiver: Waiver, check: Check) -> str | None:
    bound = check.bound
    if bound is None:
        return None
    if waiver.floor is not None and (bound.min is None or waiver.floor > bound.min):
        end = "has no lower end" if bound.min is None else f"asks for at least {bound.min:g}"
        return f"has the floor {waiver.floor:g}, but {check.id!r} {end}; a floor lies below what is asked"
    if waiver.ceiling is not None and (bound.max is None or waiver.ceiling < bound.max):
        end = "has no upper end" if bound.max is None else f"allows at most {bound.max:g}"
        return f"has the ceiling {waiver.ceiling:g}, but {check.id!r} {end}; a ceiling lies above what is allowed"
    return None
