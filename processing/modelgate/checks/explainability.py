"""What a model leans on: the share or rank of features in global SHAP values, and whether these explain anything."""

from collections.abc import Iterator, Sequence

from modelgate.checks.measures import Measure, rank_of_first, share
from modelgate.checks.slots import Absence, Choice, Keys, Slot, grouped, listed, require_measure
from modelgate.contracts.facts import EXPLAINABILITY, GLOBAL_SHAP, SHAP_SHARE, SHAP_TOTAL
from modelgate.policy.model import Check
from modelgate.policy.patterns import fits


def select_explainability(check: Check, keys: Keys) -> Iterator[Choice]:
    """Choose the measure for every label asked for.

    The features of a share count together, because an encoded category is several features. A feature that is not
    there is missing, unless the check says that it may be absent: a report of other features must not pass for one
    without a share.
    """
    require_measure(check, "share", "rank", "total")
    facts = [at for at in keys.of(EXPLAINABILITY) if check.report in (None, keys[at].artifact)]
    tables = grouped(keys, facts, lambda key: (key.metric, key.artifact, key.label))
    totals = [at for at in facts if keys[at].metric == SHAP_TOTAL]
    for pattern in check.labels or ("*",):
        fitting = [at for at in totals if fits(keys[at].label or "", pattern)]
        if not fitting:
            yield Absence(sentence=_no_label(check, pattern, {keys[at].label or "" for at in totals}))
        for total in fitting:
            table = SHAP_SHARE if check.measure == "share" else GLOBAL_SHAP
            yield _label(check, keys, total, tables.get((table, keys[total].artifact, keys[total].label), []))


def _label(check: Check, keys: Keys, total: int, table: Sequence[int]) -> Choice:
    label = keys[total].label
    if check.measure == "total":
        return Slot(what=f"sum of global SHAP values for label {label}", at=total, label=label)
    absent = [p for p in check.features if not any(fits(keys[at].feature or "", p) for at in table)]
    # A label without a table has no feature at all: its total says why, and fails.
    if absent and table and not check.may_be_absent:
        features = listed(keys[at].feature or "" for at in table)
        sentence = f"the explanation for label {label} lists no {listed(absent)}, only {features}; "
        return Absence(sentence=f"{sentence}report it, with 0 when the model does not use it", label=label)
    protected = _protected(check, keys, table)
    what = f"{'global SHAP share' if check.measure == 'share' else 'best rank'} of {listed(check.features)}"
    measure: Measure = share
    parts = protected
    if check.measure == "rank":
        leading = set(protected)
        measure = rank_of_first(len(protected))
        parts = [*protected, *(at for at in table if at not in leading)]
    return Slot(what=f"{what} for label {label}", at=total, parts=(total, *parts), measure=measure, label=label)


def _protected(check: Check, keys: Keys, positions: Sequence[int]) -> list[int]:
    return [at for at in positions if any(fits(keys[at].feature or "", pattern) for pattern in check.features)]


def _no_label(check: Check, pattern: str, labels: set[str]) -> str:
    if not labels:
        return "no explainability report with global SHAP values was read"
    return f"no explanation is for a label {pattern!a}; the labels: {listed(labels)}"
