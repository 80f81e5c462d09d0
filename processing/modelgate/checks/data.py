"""The data behind a model: numbers of its columns, the team's own constraints, and what a monitor found."""

from collections.abc import Iterator, Mapping

from modelgate.checks.measures import count
from modelgate.checks.slots import Absence, Choice, Keys, Limit, Slot, grouped, listed
from modelgate.contracts.facts import CONSTRAINTS, DATA_QUALITY, MODEL_QUALITY, VIOLATION, VIOLATION_COUNT, VIOLATIONS
from modelgate.policy.model import Check
from modelgate.policy.patterns import fits

# The comparison names the violation, so what holds is the other side; see `modelgate.reports.constraints`.
_BOUNDED_SIDE = {
    "GreaterThanThreshold": "max",
    "GreaterThanOrEqualToThreshold": "below",
    "LessThanThreshold": "min",
    "LessThanOrEqualToThreshold": "above",
}
_CONSTRAINED = {MODEL_QUALITY: "ModelQuality.", DATA_QUALITY: "ModelDataQuality."}


def select_data_quality(check: Check, keys: Keys) -> Iterator[Choice]:
    """Choose a number of every column that fits, or one of the whole data set where no feature is named."""
    known = [at for at in keys.of(DATA_QUALITY) if check.report in (None, keys[at].artifact)]
    found = [at for at in known if keys[at].metric == check.metric]
    if not check.features:
        whole = [at for at in found if keys[at].feature is None]
        if not whole:
            yield Absence(sentence=f"no data quality report was read that has {check.metric!r} of the whole data set")
        for at in whole:
            yield Slot(what=str(check.metric), at=at)
    columns = {column for at in known if (column := keys[at].feature) is not None}
    by_column = grouped(keys, found, lambda key: key.feature)
    for pattern in check.features:
        fitting = {column for column in columns if fits(column, pattern)}
        if not fitting:
            yield _no_column(check, pattern, columns)
        for column in sorted(fitting):
            for at in by_column.get(column, ()):
                yield Slot(what=f"{check.metric} of {column}", at=at)
            if column not in by_column:
                yield Absence(sentence=f"the data quality report has no {check.metric} of column {column!a}")


def _no_column(check: Check, pattern: str, columns: set[str]) -> Choice:
    if not columns:
        return Absence(sentence="no data quality report with columns was read; register ModelDataQuality.Statistics")
    if check.may_be_absent:
        return Slot(what=f"{check.metric} of {pattern}", at=None, excused="the data quality report has no such column")
    return Absence(sentence=f"the data quality report has no column {pattern!a}; its columns: {listed(columns)}")


def select_constraints(check: Check, keys: Keys) -> Iterator[Choice]:
    """Choose every threshold that the team registered, beside the number that must hold it."""
    constraints = [at for at in keys.of(CONSTRAINTS) if check.report in (None, keys[at].artifact)]
    if check.metric is not None:
        constraints = [at for at in constraints if keys[at].metric == check.metric]
    if not constraints:
        yield Absence(sentence=f"no constraint{f' on {check.metric}' if check.metric else ''} was registered")
    measured = _measured(keys)
    for limit in constraints:
        yield from _constraint(keys, limit, measured)


def _constraint(keys: Keys, limit: int, measured: Mapping[object, list[int]]) -> Iterator[Choice]:
    key = keys[limit]
    side = _BOUNDED_SIDE.get(key.label or "")
    what = key.metric if key.feature is None else f"{key.metric} of {key.feature}"
    if side is None:
        yield Absence(sentence=f"the constraint on {what} compares by {key.label!a}, which is not known here")
        return
    sections = [section for section, family in _CONSTRAINED.items() if key.artifact.startswith((family, "Extra."))]
    found = [at for section in sections for at in measured.get((section, key.metric, key.feature), ())]
    for at in found:
        yield Slot(what=f"{what} (limit of the team's own {key.artifact})", at=at, limit=Limit(limit, side))
    if not found:
        yield Absence(sentence=f"{key.artifact} constrains {what}, which no report has")


def _measured(keys: Keys) -> Mapping[object, list[int]]:
    """Numbers of the whole, by what a constraint names."""
    whole = (at for at in keys.of(*_CONSTRAINED) if keys[at].facet is None)
    return grouped(keys, whole, lambda key: (key.section, key.metric, key.feature))


def select_violations(check: Check, keys: Keys) -> Iterator[Choice]:
    """Choose the number of violations of the types asked for, once for each violations file."""
    facts = [at for at in keys.of(VIOLATIONS) if check.report in (None, keys[at].artifact)]
    files = [at for at in facts if keys[at].metric == VIOLATION_COUNT]
    if not files:
        # An empty list says "checked, none"; a file that is not there says nothing.
        yield Absence(sentence="no violations file was read; register the monitor's constraint_violations.json")
    types = check.labels or ("*",)
    for whole in files:
        entries = [
            at
            for at in facts
            if keys[at].metric == VIOLATION
            and keys[at].artifact == keys[whole].artifact
            and any(fits(keys[at].label or "", pattern) for pattern in types)
            and (not check.features or any(fits(keys[at].feature or "", pattern) for pattern in check.features))
        ]
        of = f" of {listed(check.features)}" if check.features else ""
        kinds = "" if check.labels == () else f" ({listed(check.labels)})"
        what = f"violations{of}{kinds} in {keys[whole].artifact}"
        yield Slot(what=what, at=entries[0] if entries else whole, parts=tuple(entries), measure=count)
