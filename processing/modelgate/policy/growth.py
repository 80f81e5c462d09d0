"""Versions only grow: what is judged by is never older than what was judged by before, under any name for it."""

from collections.abc import Iterator
from dataclasses import replace

from modelgate.policy.model import Bundle, Policy


def growth_faults(old: Bundle, new: Bundle) -> list[str]:
    """What keeps *new* from being published after *old*, a sentence each; none when it may be."""
    before = {policy.name: policy for policy in old.policies}
    faults = [
        fault for policy in new.policies if policy.name in before for fault in _policy(before[policy.name], policy)
    ]
    return [*_bundle(old, new), *faults]


def _bundle(old: Bundle, new: Bundle) -> Iterator[str]:
    if new.version < old.version:
        yield f"the bundle has version {new.version}, but {old.version} was built before; {_back(old.version)}"
    elif new.version == old.version and new != old:
        yield f"something changed since bundle version {old.version} was built; write version: {old.version + 1}"


def _policy(old: Policy, new: Policy) -> Iterator[str]:
    if new.version < old.version:
        problem = f"policy {new.name!r} has version {new.version}, but {old.version} was built before"
        yield f"{problem}; {_back(old.version)}"
    elif new.version == old.version and replace(new, version=old.version) != old:
        yield f"policy {new.name!r} changed since its version {old.version} was built; write version: {old.version + 1}"


def _back(version: int) -> str:
    return f"versions only grow, so publish the older content again as version: {version + 1}"
