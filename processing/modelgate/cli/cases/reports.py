"""The short forms of a case as the files that teams register: Model Monitor's, Clarify's, and home-made ones."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from modelgate.contracts.facts import BASELINES, ITEM_COUNT
from modelgate.contracts.gate import ProblemType
from modelgate.errors import PolicyError
from modelgate.policy.bias_metrics import BIAS_METRICS
from modelgate.policy.cases import ConstraintForm, DataQualityForm, ReportForms, SliceForm, ViolationForm
from modelgate.reports.clarify_bias import SECTIONS
from modelgate.reports.strict_json import MAX_BYTES

_SECTIONS = {
    ProblemType.BINARY: "binary_classification",
    ProblemType.MULTICLASS: "multiclass_classification",
    ProblemType.REGRESSION: "regression",
    ProblemType.GENERATIVE: "generative",
}
_NAMES = {
    "quality": "ModelQuality.Statistics",
    "constraints": "ModelQuality.Constraints",
    "data": "ModelDataQuality.Statistics",
    "violations": "ModelDataQuality.Constraints",
    "bias": "Bias.Report",
    "shap": "Explainability.Report",
}
_BASELINE_NAMES = {
    **{what: f"{BASELINES}{name}" for what, name in _NAMES.items()},
    "bias": f"{BASELINES}Bias.PostTrainingConstraints",
    "shap": f"{BASELINES}Explainability.Constraints",
}


def reports_of(forms: ReportForms, problem: ProblemType | None, beside: Path) -> dict[str, bytes]:
    """The reports by their names in the package; *beside* is the folder that files are named from.

    Raises:
        PolicyError: a file cannot be read, or a report is given twice.
    """
    return _all(forms, _NAMES, problem, beside)


def baselines_of(forms: ReportForms, problem: ProblemType | None, beside: Path) -> dict[str, bytes]:
    """The same as baselines.

    Raises:
        PolicyError: as `reports_of`.
    """
    return _all(forms, _BASELINE_NAMES, problem, beside)


def _all(forms: ReportForms, names: Mapping[str, str], problem: ProblemType | None, beside: Path) -> dict[str, bytes]:
    section = _SECTIONS[problem] if problem is not None else "model"
    found = {name: json.dumps(document).encode() for name, document in _documents(forms, names, section)}
    for name, file in (forms.files or {}).items():
        if name in found:
            raise PolicyError(f"{name} is given both in short form and as the file {file}; leave one out")
        try:
            with (beside / file).open("rb") as opened:
                found[name] = opened.read(MAX_BYTES + 1)  # one more than is read of a report, so that it is refused
        except OSError as error:
            raise PolicyError(f"{name}: {beside / file} cannot be read ({error})") from error
    return found


def _documents(forms: ReportForms, names: Mapping[str, str], section: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if forms.model_quality is not None or forms.confusion_matrix is not None:
        yield names["quality"], _quality(forms, f"{section}_metrics")
    if isinstance(forms.bias, dict):
        yield names["bias"], _bias(forms.bias)
    if isinstance(forms.shap, dict):
        yield names["shap"], _explanations(forms.shap)
    if isinstance(forms.data_quality, DataQualityForm):
        yield names["data"], _data_quality(forms.data_quality)
    if isinstance(forms.constraints, dict):
        yield names["constraints"], {f"{section}_constraints": _constraints(forms.constraints)}
    if isinstance(forms.violations, list):
        yield names["violations"], {"violations": [_violation(entry) for entry in forms.violations]}
    if isinstance(forms.extra, dict):
        for name, metrics in forms.extra.items():
            yield f"Extra.{name}", {"metrics": _metrics(metrics)}


def _quality(forms: ReportForms, section: str) -> dict[str, Any]:
    metrics = dict(forms.model_quality) if isinstance(forms.model_quality, dict) else {}
    count: Any = metrics.pop(ITEM_COUNT, None)
    count = count.value if isinstance(count, SliceForm) else count
    found = _metrics(metrics)
    if isinstance(forms.confusion_matrix, dict):
        found["confusion_matrix"] = forms.confusion_matrix
    return {"version": 0.0, "dataset": {} if count is None else {ITEM_COUNT: count}, section: found}


def _metrics(metrics: Any) -> dict[str, Any]:
    return {name: _metric(form) for name, form in metrics.items()}


def _metric(form: Any) -> dict[str, Any]:
    if not isinstance(form, SliceForm):
        return {"value": form}
    found = form.model_dump(exclude_none=True, exclude={"slices"})
    slices = getattr(form, "slices", None)
    if isinstance(slices, dict):
        found["slices"] = {facet: _metrics(values) for facet, values in slices.items()}
    return found


def _bias(facets: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"version": "1.0"}
    for section, key in SECTIONS.items():
        entries = {
            facet: [
                {"value_or_threshold": value, "metrics": [_named(n, v) for n, v in metrics.items() if _in(n, section)]}
                for value, metrics in values.items()
            ]
            for facet, values in facets.items()
        }
        if any(entry["metrics"] for values in entries.values() for entry in values):
            found[key] = {"label": "label", "facets": entries}
    if len(found) == 1:
        found[SECTIONS["post_training"]] = {"label": "label", "facets": {facet: [] for facet in facets}}
    return found


def _in(metric: str, section: str) -> bool:
    return BIAS_METRICS[metric].section == section


def _named(metric: str, value: Any) -> dict[str, Any]:
    return {"name": metric, "description": BIAS_METRICS[metric].description, "value": value}


def _explanations(labels: Mapping[str, Any]) -> dict[str, Any]:
    tables = {label: {"global_shap_values": values, "expected_value": 0.5} for label, values in labels.items()}
    return {"version": "1.0", "explanations": {"kernel_shap": tables}}


def _data_quality(form: DataQualityForm) -> dict[str, Any]:
    count = form.item_count or 0
    features = []
    for name, given in form.columns.items():
        numbers: dict[str, Any] = dict(given) if isinstance(given, dict) else {}
        missing = numbers.pop("num_missing", 0)
        rest = count - missing if isinstance(missing, int | float) else count
        common = {"num_present": numbers.pop("num_present", rest), "num_missing": missing}
        features.append(
            {"name": name, "inferred_type": "Fractional", "numerical_statistics": {"common": common, **numbers}}
        )
    return {"version": 0.0, "dataset": {"item_count": count}, "features": features}


def _constraints(constraints: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _threshold(form) for name, form in constraints.items() if isinstance(form, ConstraintForm)}


def _threshold(form: ConstraintForm) -> dict[str, Any]:
    # The operator names the violation, so a least value is violated by less.
    operator = "LessThanThreshold" if form.min is not None else "GreaterThanThreshold"
    return {"threshold": form.max if form.min is None else form.min, "comparison_operator": operator}


def _violation(entry: ViolationForm) -> dict[str, Any]:
    feature = {} if entry.feature is None else {"feature_name": entry.feature}
    return {**feature, "constraint_check_type": entry.type, "description": "made up for a case"}
