"""The data behind a model: numbers of its columns, the team's own constraints, and what a monitor found."""

from collections.abc import Iterator

from modelgate.checks.measures import count
from modelgate.checks.slots import Absence, Choice, Keys, Slot, grouped, listed
from modelgate.contracts.facts import CONSTRAINTS, DATA_QUALITY, MODEL_QUALITY, VIOLATION, VIOLATION_COUNT, VIOLATIONS
from modelgate.policy.model import Check
from modelgate.policy.patterns import fits

# SageMaker Model Monitor, constraints.json: the operator names the violation, so the other side is the bound.
_BOUNDED_SIDE = {"GreaterThanThreshold": "max", "LessThanThreshold": "min"}
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
    columns = {keys[at].feature or "" for at in known} - {""}
    for pattern in check.features:
        fitting = {column for column in columns if fits(column, pattern)}
        if not fitting and not check.may_be_absent:
            yield Absence(sentence=f"the data quality report has no column {pattern!a}; its columns: {listed(columns)}")
        by_column = grouped(keys, found, lambda key: key.feature)
        for column in sorted(fitting):
            for at in by_column.get(column, ()):
                yield Slot(what=f"{check.metric} of {column}", at=at)
            if column not in by_column:
                yield Absence(sentence=f"the data quality report has no {check.metric} of column {column!a}")


def select_constraints(check: Check, keys: Keys) -> Iterator[Choice]:
    """Choose every threshold that the team registered, beside the number that must hold it."""
    constraints = [at for at in keys.of(CONSTRAINTS) if check.report in (None, keys[at].artifact)]
    if check.metric is not None:
        constraints = [at for at in constraints if keys[at].metric == check.metric]
    if not constraints:
        yield Absence(sentence=f"no constraint{f' on {check.metric}' if check.metric else ''} was registered")
    for limit in constraints:
        yield from _constraint(keys, limit)


def _constraint(keys: Keys, limit: int) -> Iterator[Choice]:
    key = keys[limit]
    side = _BOUNDED_SIDE.get(key.label or "")
    what = key.metric if key.feature is None else f"{key.metric} of {key.feature}"
    if side is None:
        yield Absence(sentence=f"the constraint on {what} compares by {key.label!a}, which is not known here")
        return
    found = [
        at
        for section, family in _CONSTRAINED.items()
        if key.artifact.startswith((family, "Extra."))
        for at in keys.of(section)
        if (keys[at].metric, keys[at].feature, keys[at].facet) == (key.metric, key.feature, None)
    ]
    for at in found:
        yield Slot(what=f"{what}, as the team's own {key.artifact} asks", at=at, limit=(limit, side))
    if not found:
        yield Absence(sentence=f"{key.artifact} constrains {what}, which no report has")


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
