"""Differences between two versions of one check, in words."""

from collections.abc import Iterator
from dataclasses import replace

from modelgate.contracts.results import Bound, Severity
from modelgate.policy.difference import Difference, Direction, Where
from modelgate.policy.model import Against, Change, Check, FacetChoice

_STRICTER, _LOOSER, _CHANGED, _NEUTRAL = Direction.STRICTER, Direction.LOOSER, Direction.CHANGED, Direction.NEUTRAL
_LENIENT_FIRST = ("pass", "hold", "fail")
_MEASURES = {"share": "max_share", "rank": "not_in_top", "total": "min_total"}
_ONLY_WARNS = " (it only warns)"


def check_differences(policy: str, old: Check, new: Check) -> Iterator[Difference]:
    """What differs between two checks of the same id."""
    where = Where(policy, new.id)
    measured = list(_measured(where, old, new))
    judged = list(_judged(where, old, new))
    if measured:
        # Numbers about another number cannot be compared.
        judged = [replace(difference, direction=_CHANGED) for difference in judged]
    warns = old.severity is new.severity is Severity.WARN
    for difference in (*measured, *judged):
        yield _without_effect(difference) if warns else difference
    yield from where.grade("severity", old.severity, new.severity, ("warn", "hold", "fail"))
    for name in ("reason", "source"):
        if getattr(old, name) != getattr(new, name):
            yield where(f"the {name} is worded otherwise", _NEUTRAL)


def whole_check(policy: str, check: Check, *, came: bool) -> Difference:
    """A check that is new, or gone."""
    asks = f" ({check.bound})" if check.bound is not None else ""
    difference = Where(policy, check.id)(
        f"the check{asks} is {'new' if came else 'gone'}", _STRICTER if came else _LOOSER
    )
    return _without_effect(difference) if check.severity is Severity.WARN else difference


def _without_effect(difference: Difference) -> Difference:
    return replace(difference, what=difference.what + _ONLY_WARNS, direction=_NEUTRAL)


def _measured(where: Where, old: Check, new: Check) -> Iterator[Difference]:
    for name in ("kind", "metric", "measure", "report", "function"):
        yield from where.other(name, getattr(old, name), getattr(new, name), _CHANGED)
    if old.parameters != new.parameters:
        yield where("the parameters changed", _CHANGED)


def _judged(where: Where, old: Check, new: Check) -> Iterator[Difference]:
    yield from _bounds(where, old.bound, new.bound, new.measure)
    yield from where.number("confidence", old.confidence, new.confidence, rising=_STRICTER)
    yield from where.number("minimum_n", old.minimum_n, new.minimum_n, rising=_STRICTER)
    yield from where.grade("on_infinite", old.on_infinite, new.on_infinite, _LENIENT_FIRST)
    yield from where.other("judge", old.judge, new.judge, _NEUTRAL)
    yield from _facets(where, old.facets, new.facets)
    yield from _narrowed(where, "feature", old.features, new.features, new.kind)
    yield from _narrowed(where, "label" if new.kind == "explainability" else "type", old.labels, new.labels, new.kind)
    if old.may_be_absent != new.may_be_absent:
        yield where(
            f"it {'may' if new.may_be_absent else 'may no longer'} be absent",
            _LOOSER if new.may_be_absent else _STRICTER,
        )
    yield from _change(where, old.change, new.change)


def _bounds(where: Where, old: Bound | None, new: Bound | None, measure: str) -> Iterator[Difference]:
    low = (old.min if old else None, new.min if new else None)
    high = (old.max if old else None, new.max if new else None)
    if measure == "rank":
        # The file says how many lead, the bound which rank is the first allowed.
        low = (low[0] and low[0] - 1, low[1] and low[1] - 1)
    if measure != "share":
        yield from where.number(_MEASURES.get(measure, "min"), *low, rising=_STRICTER)
    yield from where.number(_MEASURES.get(measure, "max"), *high, rising=_LOOSER)


def _facets(
    where: Where, old: tuple[FacetChoice, ...] | None, new: tuple[FacetChoice, ...] | None
) -> Iterator[Difference]:
    if not old or not new:
        yield from where.other("facets", _named(old), _named(new), _CHANGED)
        return
    before = {choice.facet: choice.values for choice in old}
    after = {choice.facet: choice.values for choice in new}
    yield from where.entries("facet", before, after, more=_STRICTER)
    for facet in sorted(before.keys() & after.keys()):
        one, other = before[facet], after[facet]
        if one is None or other is None:
            yield from where.other(f"values of {facet}", _listed(one), _listed(other), _CHANGED)
        else:
            yield from where.entries(f"value of {facet}", one, other, more=_STRICTER)


def _named(facets: tuple[FacetChoice, ...] | None) -> str:
    return "none" if facets is None else _listed(tuple(choice.facet for choice in facets) or None)


def _listed(names: tuple[str, ...] | None) -> str:
    return "all" if names is None else ", ".join(names)


def _narrowed(where: Where, name: str, old: tuple[str, ...], new: tuple[str, ...], kind: str) -> Iterator[Difference]:
    """A list that may be empty: of a violations file that means everything, elsewhere something else is looked at."""
    if bool(old) == bool(new):
        yield from where.entries(name, old, new, more=_STRICTER)
    else:
        fewer = _LOOSER if kind == "violations" else _CHANGED
        yield from where.other(f"{name}s", _listed(old or None), _listed(new or None), fewer if new else fewer.opposite)


def _change(where: Where, old: Change | None, new: Change | None) -> Iterator[Difference]:
    if old is None or new is None:
        if old is not new:
            yield where(f"the change rule is {'new' if old is None else 'gone'}", _STRICTER if old is None else _LOOSER)
        return
    compared = old.against == new.against and old.better == new.better
    found = list(_allowed(where, old, new))
    yield from where.other("change against", old.against, new.against, _CHANGED)
    yield from where.other("change better", old.better, new.better, _CHANGED)
    yield from found if compared else (replace(difference, direction=_CHANGED) for difference in found)
    yield from where.grade("first_version", old.first_version, new.first_version, _LENIENT_FIRST)


def _allowed(where: Where, old: Change, new: Change) -> Iterator[Difference]:
    if Against.BEST_APPROVED in (old.against, new.against):
        yield from where.number("change of", old.of, new.of, rising=_STRICTER)
    for name in ("worse_by", "worse_by_percent", "suspicious_gain"):
        yield from where.number(f"change {name}", getattr(old, name), getattr(new, name), rising=_LOOSER)
