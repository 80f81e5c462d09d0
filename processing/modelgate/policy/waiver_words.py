"""Differences between two versions of the waivers and their budgets, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from modelgate.policy.difference import Difference, Direction, Where, shown
from modelgate.policy.model import Bundle, Waiver

_STRICTER, _LOOSER, _NEUTRAL = Direction.STRICTER, Direction.LOOSER, Direction.NEUTRAL
_ABOUT = ("policy", "check", "group", "team", "facet", "facet_value")
_PEOPLE = ("reason", "ticket", "owner", "approver")


def waiver_differences(
    old: Bundle, new: Bundle, renamed: Mapping[tuple[str, str], tuple[str, str]]
) -> Iterator[Difference]:
    """What differs; *renamed* are policies and checks that have another name and are the same, by (policy, check)."""
    before = {waiver.id: _renamed(waiver, renamed) for waiver in old.waivers}
    after = {waiver.id: waiver for waiver in new.waivers}
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one is not None and other is not None:
            yield from _waiver(one, other)
        else:
            yield _whole(one or other, came=one is None)
    yield from _budgets(old.budgets, new.budgets)


def _renamed(waiver: Waiver, renamed: Mapping[tuple[str, str], tuple[str, str]]) -> Waiver:
    policy, check = renamed.get((waiver.policy, waiver.check), (waiver.policy, waiver.check))
    return replace(waiver, policy=policy, check=check)


def _where(waiver: Waiver) -> Where:
    return Where(waiver.policy, f"waiver {waiver.id}")


def _whole(waiver: Waiver | None, *, came: bool) -> Difference:
    assert waiver is not None  # noqa: S101 - one of the two is there
    limits = [
        f"{name} {shown(limit)}"
        for name, limit in (("floor", waiver.floor), ("ceiling", waiver.ceiling))
        if limit is not None
    ]
    what = f"{waiver.group} may miss {waiver.check} ({', '.join(limits)}) until {waiver.expires}"
    return _where(waiver)(what if came else f"gone: {what}", _LOOSER if came else _STRICTER)


def _waiver(old: Waiver, new: Waiver) -> Iterator[Difference]:
    where = _where(new)
    for name in _ABOUT:
        yield from where.other(name, getattr(old, name), getattr(new, name), Direction.CHANGED)
    yield from _days(where, "expires", old.expires, new.expires, later=_LOOSER)
    yield from _days(where, "granted", old.granted, new.granted, later=_STRICTER)
    yield from _limit(where, "floor", old.floor, new.floor, rising=_STRICTER)
    yield from _limit(where, "ceiling", old.ceiling, new.ceiling, rising=_LOOSER)
    for name in _PEOPLE:
        yield from where.other(name, getattr(old, name), getattr(new, name), _NEUTRAL)


def _days(where: Where, name: str, old: str, new: str, *, later: Direction) -> Iterator[Difference]:
    if old != new:
        moved = "later" if new > old else "earlier"
        yield where(f"{name} {moved}, on {new} instead of {old}", later if new > old else later.opposite)


def _limit(where: Where, name: str, old: float | None, new: float | None, *, rising: Direction) -> Iterator[Difference]:
    """A limit allows what lies up to it, so one that is new allows more, unlike one of a check."""
    for difference in where.number(name, old, new, rising=rising):
        appeared = old is None or new is None
        yield replace(difference, direction=difference.direction.opposite) if appeared else difference


def _budgets(old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[Difference]:
    for team in sorted(old.keys() | new.keys()):
        where = Where(None, f"waivers of {team}")
        yield from where.number("the budget", old.get(team, 0), new.get(team, 0), rising=_LOOSER)
