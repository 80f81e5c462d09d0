"""How much of a model's explanation the protected features carry."""

from collections.abc import Iterator

from modelgate.checks.bounds import listed, missing, source_of
from modelgate.contracts.facts import EXPLAINABILITY, Fact, Value
from modelgate.contracts.results import Result, Status
from modelgate.contracts.subject import Subject
from modelgate.policy.model import Check
from modelgate.policy.patterns import fits
from modelgate.reports.clarify_explainability import SHAP_SHARE, SHAP_TOTAL


def check_explainability(check: Check, subject: Subject) -> Iterator[Result]:
    """Judge, for every label, the share of global SHAP that the features of the check have together.

    Together, because an encoded category is several features. A feature that is not there is a missing result, unless
    the check says that it may be absent: a report of other features must not pass for one without a share.
    """
    facts = [fact for fact in subject.facts if fact.section == EXPLAINABILITY]
    totals = [fact for fact in facts if fact.metric == SHAP_TOTAL]
    # The same label in two reports is two results.
    by_table: dict[tuple[str, str | None], list[Fact]] = {}
    for fact in facts:
        if fact.metric == SHAP_SHARE:
            by_table.setdefault((fact.artifact, fact.label), []).append(fact)
    for total in totals:
        shares = by_table.get((total.artifact, total.label), [])
        absent = [] if check.may_be_absent or total.value.number is None else _absent(check, shares)
        if absent:
            yield missing(check, _absence(absent, total, shares))
        else:
            yield _judge(check, total, shares, subject)
    if not totals:
        yield missing(check, "no explainability report with global SHAP values was read")


def _absent(check: Check, shares: list[Fact]) -> list[str]:
    return [p for p in check.features if not any(fits(fact.feature or "", p) for fact in shares)]


def _absence(absent: list[str], total: Fact, shares: list[Fact]) -> str:
    features = listed({fact.feature or "" for fact in shares})
    return (
        f"the explanation for label {total.label} lists no {listed(set(absent))}, only {features}; "
        "report it, with 0 when the model does not use it"
    )


def _judge(check: Check, total: Fact, shares: list[Fact], subject: Subject) -> Result:
    protected = [f for f in shares if any(fits(f.feature or "", pattern) for pattern in check.features)]
    observed = _together(total, shares, protected)
    passed = observed.number is not None and check.bound.holds(observed.number)
    return Result(
        check=check.id,
        status=Status.PASS if passed else Status.FAIL,
        label=total.label,
        observed=observed,
        bound=check.bound,
        source=source_of(total, subject),
        sentence=f"{check.id}: {_sentence(check, total, observed, protected, shares)}",
    )


def _together(total: Fact, shares: list[Fact], protected: list[Fact]) -> Value:
    if total.value.number is None:
        return Value(unknown=total.value.unknown or "the total of global SHAP values is not finite")
    if total.value.number <= 0 or not shares:
        return Value(unknown="all global SHAP values are zero: the explanation explains nothing")
    return Value(number=sum(sorted(fact.value.number or 0.0 for fact in protected)))


def _sentence(check: Check, total: Fact, observed: Value, protected: list[Fact], shares: list[Fact]) -> str:
    where = f"for label {total.label}"
    if observed.number is None:
        return f"the share of {listed(set(check.features))} {where} could not be judged, {observed.unknown}"
    if not protected:
        return f"none of {listed(set(check.features))} is among the {len(shares)} features {where}"
    names = listed({fact.feature or "" for fact in protected})
    must = "" if check.bound.holds(observed.number) else "must be "
    return f"global SHAP share of {names} {where} = {observed}, {must}{check.bound}"
