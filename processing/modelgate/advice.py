"""What to do about a result: one sentence for each kind of failure, for the team that has to act on it."""

from collections.abc import Mapping

from modelgate.contracts.results import Result, Severity, Status
from modelgate.evaluate.package import ARRIVED, LOOKED_AT, MADE, PACKAGE
from modelgate.policy.model import Check, Policy

_NEW = "register a new version: a registered one is never judged by other files"

# Results about the package and its files, which no check of a policy stands for.
_EVIDENCE: Mapping[str, str] = {
    ARRIVED: "upload the very file that was registered to its address; the package is then judged again by itself",
    "evidence-readable": f"mend the report or its address as said, upload it, and {_NEW}",
    "evidence-required": "compute that report, upload it, and name it under ModelMetrics in a new version",
    MADE: "ask governance for the step or the evaluation that makes this report, in the values of the group",
    LOOKED_AT: "ask the policy's owner for checks on the evaluation, or have a person review it",
    "evidence-digest": "register a new version with ContentDigest (sha256: and 64 hex digits) beside each S3Uri",
    "evidence-age": "evaluate the model again on current data, upload the reports, and register a new version",
    "evidence-size": "report fewer groups, or keep details in files that are not registered; then register anew",
    "model": "register a new version whose containers each name an image and one object by ModelDataUrl",
    PACKAGE: "wait for the registry to complete the package; where it failed, see its validation and register again",
}

# What a value beyond its bound asks for, by the kind of the check.
_VALUE: Mapping[str, str] = {
    "bias": "compare how the model and its data treat {slice} with the rest: thresholds, features, sampling",
    "model_quality": "improve the model, or evaluate on data that it is meant for, and register a new version",
    "metric": "improve what the metric measures, and register a new version",
    "gap": "bring the worst slice of {slice} nearer to the best one",
    "data_quality": "mend that column of the data, then train and evaluate again",
    "constraints": "meet the threshold that your own constraints file sets, or register the constraints you mean",
    "violations": "look at the violations listed in the report, mend the data, and monitor again",
    "explainability": "train without these features and what stands in for them, and explain the new model",
    "custom": "see the reason of the check in its policy, and ask the policy's owner how the number is made",
}

# What a number that no report has asks for.
_ABSENT: Mapping[str, str] = {
    "bias": "add the facet or metric to the bias job (Clarify: facet, methods), and register the new report",
    "model_quality": "write the metric under this name into ModelQuality.Statistics, and register a new version",
    "metric": "write the metric under this name, for each slice asked for, into the report, and register a new version",
    "gap": "report the metric for at least two values of the facet",
    "data_quality": "let the data quality job cover that column, and register its statistics",
    "constraints": "register your constraints (ModelQuality.Constraints or ModelDataQuality.Constraints) and the "
    "statistics they speak of",
    "violations": "register the monitor's report of violations, also when it found none",
    "explainability": "let the SHAP job list every feature and label that the policy names",
    "custom": "see the reason of the check in its policy: what it measures is not in the reports",
}


def advice(result: Result, policy: Policy | None = None) -> str | None:
    """What to do about *result*; None where nothing is to be done.

    *policy* is the one that judged; without it the advice cannot tell kinds of checks apart.
    """
    if result.status is Status.PASS:
        return None
    check = None if policy is None else next((one for one in policy.checks if one.id == result.check), None)
    if result.check in _EVIDENCE and check is None:
        return _EVIDENCE[result.check]
    if result.status is Status.WAIVED:
        return f"nothing now; before waiver {result.waiver} ends: {_failed(result, check)}"
    if result.status is Status.INCONCLUSIVE:
        return _undecided(result, check)
    what = _missing(result, check) if result.status is Status.MISSING else _failed(result, check)
    return f"{what}; or have a person review it" if result.severity is Severity.HOLD else what


def _failed(result: Result, check: Check | None) -> str:
    number = None if result.observed is None else result.observed.number
    if number is None:
        if result.observed is not None and result.observed.infinite is not None:
            return f"the ratio had nothing to divide by: measure {_slice(result)} on more rows"
        return "find out why the report has no number there, mend the evaluation, and register a new version"
    if result.against is not None:
        if result.reference is None:
            return "ask the policy's owner: it wants an approved version to compare with, and there is none"
        return f"find what made it worse than {result.against} (data, features, training) and mend that"
    what = _VALUE.get(check.kind, "") if check is not None else ""
    what = what.format(slice=_slice(result)) or "mend what the check measures, and register a new version"
    if result.interval is not None:
        what += "; its whole interval misses the bound, so more rows will not help"
    return what


def _missing(result: Result, check: Check | None) -> str:
    if result.against is not None:
        return f"register baselines that hold this number; {result.against} have none"
    if result.observed is not None and result.observed.number is not None:
        return "let the report say how certain the value is: n, a standard deviation, or an interval beside it"
    return _ABSENT[check.kind] if check is not None and check.kind in _ABSENT else "report what the check asks for"


def _undecided(result: Result, check: Check | None) -> str:
    if result.against is not None:
        if result.reference is None:
            return "have a person review it: there is nothing to compare this number with"
        if result.interval is None and not _short_of_rows(result, check):
            return "look for leaks (test rows in training, labels among features), then have a person review it"
    elif result.observed is not None and result.observed.infinite is not None:
        return f"measure {_slice(result)} on more rows, or have a person review it"
    return f"evaluate {_slice(result)} on more rows, or have a person review it"


def _short_of_rows(result: Result, check: Check | None) -> bool:
    """Whether it is too few rows that left a change undecided; a suspicious gain lies outside its bound instead."""
    number = None if result.observed is None else result.observed.number
    inside = result.bound is not None and number is not None and result.bound.holds(number)
    return inside and check is not None and check.minimum_n is not None


def _slice(result: Result) -> str:
    if result.facet is None:
        return "it"
    return result.facet if result.facet_value is None else f"{result.facet}={result.facet_value}"
