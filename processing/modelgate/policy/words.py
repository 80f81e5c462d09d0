"""What changed between two bundles, in words: what became stricter, what looser, and what cannot be compared."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from modelgate.policy.check_words import check_differences, whole_check
from modelgate.policy.difference import Difference, Direction, Where
from modelgate.policy.model import Bundle, Check, Evidence, Match, Policy
from modelgate.policy.overlap import implies
from modelgate.policy.waiver_words import waiver_differences

T = TypeVar("T")
Renamed = dict[tuple[str, str], tuple[str, str]]


def differences(old: Bundle, new: Bundle) -> list[Difference]:
    """Everything that differs, by policy and check; where *old* and *new* say the same, nothing.

    A policy that is new lets packages be approved that were held before, because none governed them: it counts as
    looser, one that is gone as stricter.
    """
    renamed: Renamed = {}
    found = list(Where(None, "bundle").other("version", old.version, new.version, Direction.NEUTRAL))
    found.extend(_policies(old.policies, new.policies, renamed))
    found.extend(waiver_differences(old, new, renamed))
    return found


def _policies(old: Sequence[Policy], new: Sequence[Policy], renamed: Renamed) -> Iterator[Difference]:
    before = {policy.name: policy for policy in old}
    after = {policy.name: policy for policy in new}
    names = _same_under_another_name(before, after, _bare_policy)
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one is not None and other is not None:
            yield from _policy(one, other, renamed)
        elif one is not None and name in names:
            renamed.update({(name, check.id): (names[name], check.id) for check in one.checks})
            yield Where(name, None)(f"the policy is now called {names[name]!r}", Direction.NEUTRAL)
        elif one is not None:
            yield Where(name, None)("the policy is gone; packages that it governed are held", Direction.STRICTER)
        elif name not in names.values():
            yield Where(name, None)("the policy is new; packages that it governs are judged by it", Direction.LOOSER)


def _policy(old: Policy, new: Policy, renamed: Renamed) -> Iterator[Difference]:
    where = Where(new.name, None)
    yield from where.other("version", old.version, new.version, Direction.NEUTRAL)
    yield from where.other("owner", old.owner, new.owner, Direction.NEUTRAL)
    if old.description != new.description:
        yield where("the description is worded otherwise", Direction.NEUTRAL)
    yield from _match(Where(new.name, "match"), old.match, new.match)
    yield from _evidence(Where(new.name, "evidence"), old.evidence, new.evidence)
    yield from where.grade("approval", old.approval, new.approval, ("automatic", "review"))
    yield from _checks(new.name, old.checks, new.checks, renamed)


def _match(where: Where, old: Match, new: Match) -> Iterator[Difference]:
    if old == new:
        return
    narrower, wider = implies(new, old), implies(old, new)
    if narrower == wider:
        effect, direction = "governs other packages", Direction.CHANGED
    elif narrower:
        effect, direction = "governs fewer packages, the others are held", Direction.STRICTER
    else:
        effect, direction = "governs more packages", Direction.LOOSER
    yield where(f"{effect} ({'; '.join(_criteria(old, new))})", direction)


def _criteria(old: Match, new: Match) -> Iterator[str]:
    for name in ("groups", "accounts", "problem_types", "risk_tiers"):
        yield from _one_criterion(name, ", ".join(getattr(old, name)), ", ".join(getattr(new, name)))
    for name in ("tags", "metadata"):
        one, other = getattr(old, name), getattr(new, name)
        for key in sorted(one.keys() | other.keys()):
            yield from _one_criterion(f"{name} {key}", one.get(key, ""), other.get(key, ""))


def _one_criterion(name: str, old: str, new: str) -> Iterator[str]:
    if old != new:
        yield f"{name}: {old or 'any'} became {new or 'any'}"


def _evidence(where: Where, old: Evidence, new: Evidence) -> Iterator[Difference]:
    yield from where.entries("required report", old.required, new.required, more=Direction.STRICTER)
    digests = {True: "required", False: "optional"}
    yield from where.grade(
        "content_digest",
        digests[old.content_digest_required],
        digests[new.content_digest_required],
        ("optional", "required"),
    )
    ages = (old.maximum_age_days, new.maximum_age_days)
    yield from where.number("maximum_age_days", *ages, rising=Direction.LOOSER)


def _checks(policy: str, old: Sequence[Check], new: Sequence[Check], renamed: Renamed) -> Iterator[Difference]:
    before = {check.id: check for check in old}
    after = {check.id: check for check in new}
    ids = _same_under_another_name(before, after, _bare_check)
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one is not None and other is not None:
            yield from check_differences(policy, one, other)
        elif one is not None and name in ids:
            renamed[(policy, name)] = (policy, ids[name])
            yield Where(policy, name)(f"the check is now called {ids[name]!r}", Direction.NEUTRAL)
        elif one is not None:
            yield whole_check(policy, one, came=False)
        elif other is not None and name not in ids.values():
            yield whole_check(policy, other, came=True)


def _same_under_another_name(old: Mapping[str, T], new: Mapping[str, T], bare: Callable[[T], T]) -> dict[str, str]:
    """Names of *old* that are gone, each with a new name of the same; *bare* takes away what does not count."""
    found: dict[str, str] = {}
    come = [name for name in new if name not in old]
    for name in (name for name in old if name not in new):
        same = next((other for other in come if bare(old[name]) == bare(new[other])), None)
        if same is not None:
            found[name] = same
            come.remove(same)
    return found


def _bare_policy(policy: Policy) -> Policy:
    return replace(policy, name="", version=0)


def _bare_check(check: Check) -> Check:
    return replace(check, id="", reason="", source=None)
