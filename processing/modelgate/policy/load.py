"""A folder of policy files, linted; every fault found is one sentence with file, line, column and fix."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from modelgate.errors import PolicyError
from modelgate.policy.faults import parsed
from modelgate.policy.model import Bundle, Policy
from modelgate.policy.overlap import implies
from modelgate.policy.schema import BundleFile, PolicyFile
from modelgate.policy.useless import useless
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
    policies = [policy for path in policy_files(folder) if (policy := load_file(path, PolicyFile, faults))]
    built = [policy.model.to_policy() for policy in policies]
    faults.extend(_twice(policies))
    faults.extend(_overlapping(policies, built))
    faults.extend(_unread(folder))
    waivers = load_file(folder / WAIVERS_FILE, WaiversFile, faults) if (folder / WAIVERS_FILE).exists() else None
    # A policy that is wrong itself is not here, and a waiver of it is not wrong for that.
    if waivers is not None and not faults:
        faults.extend(_useless(waivers, {policy.name: policy for policy in built}))
    if faults or version is None:
        raise PolicyError("\n".join(faults))
    return Bundle(
        version=version,
        policies=tuple(sorted(built, key=lambda policy: policy.name)),
        waivers=tuple(sorted((w.to_waiver() for w in waivers.model.waivers), key=lambda w: w.id)) if waivers else (),
        budgets=dict(sorted(waivers.model.budgets.items())) if waivers else {},
    )


def policy_files(folder: Path) -> list[Path]:
    """The files of *folder* that hold one policy each, sorted."""
    return sorted(path for path in folder.glob("*.yaml") if path.name not in (BUNDLE_FILE, WAIVERS_FILE))


def load_file(path: Path, model: type[M], faults: list[str]) -> Located[M] | None:
    """Load one file as a *model*; None when it is wrong, its faults added to *faults*."""
    try:
        file = read_yaml(path)
        return Located(file=file, model=parsed(file, model))
    except PolicyError as error:
        faults.append(str(error))
    return None


def load_policy(path: Path) -> Policy:
    """Load one policy file on its own.

    Raises:
        PolicyError: the file is wrong; the message holds every fault, one a line.
    """
    faults: list[str] = []
    located = load_file(path, PolicyFile, faults)
    if located is None:
        raise PolicyError("\n".join(faults))
    return located.model.to_policy()


def _version(folder: Path, faults: list[str]) -> int | None:
    path = folder / BUNDLE_FILE
    if not path.is_file():
        faults.append(f"{path}: is missing; write a file that says `version: 1`")
        return None
    located = load_file(path, BundleFile, faults)
    return located.model.version if located else None


def _twice(policies: Sequence[Located[PolicyFile]]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for located in policies:
        other = owners.setdefault(located.model.policy, located.file.name)
        if other != located.file.name:
            place = located.file.place(("policy",))
            yield f"{place}: 'policy' is {located.model.policy!r}, as in {other}; rename one"


def _overlapping(policies: Sequence[Located[PolicyFile]], built: Sequence[Policy]) -> Iterator[str]:
    for at, (located, policy) in enumerate(zip(policies, built, strict=True)):
        for other_at, other in enumerate(built):
            alike = implies(other.match, policy.match)
            if other_at == at or not implies(policy.match, other.match) or (alike and other_at > at):
                continue
            problem = f"fits only packages that policy {other.name!r} governs too, and each of them would be held"
            yield f"{located.file.place(('match',))}: 'match' {problem}; change one of the two"


def _unread(folder: Path) -> Iterator[str]:
    if not policy_files(folder):
        yield f"{folder}: holds no policy; without one, every package is held"
    for path in sorted(folder.glob("*.yml")):
        yield f"{path}: is not read; name it {path.stem}.yaml"


def _useless(waivers: Located[WaiversFile], policies: Mapping[str, Policy]) -> Iterator[str]:
    for index, waiver in enumerate(waivers.model.waivers):
        problem = useless(waiver.to_waiver(), policies)
        if problem is not None:
            key, why = problem
            yield f"{waivers.file.place(('waivers', index, key))}: waiver {waiver.id!r}: {key!r} {why}"
