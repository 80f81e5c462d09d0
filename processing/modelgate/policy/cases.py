"""Policy tests: YAML files of cases, each a package with made-up or real reports, and what the policies must say of it.

They lie in ``cases/`` inside the folder of the policies that they test::

    base:                                    # what every case of the file has, unless it says otherwise
      group: {name: loan-approval, tags: {policy: credit}}
      model_quality: {auc: 0.82, item_count: 995}
      bias: {race: {white: {DI: 1.05}, nonwhite: {DI: 0.95}}}
      shap: {label0: {income: 0.4, race: 0.01}}
    cases:
      - name: a sound model is approved
        expect: {verdict: approve, results: {auc: pass}}
      - name: one group is favoured
        bias: {race: {nonwhite: {DI: 0.6}}}
        expect: {verdict: reject, results: {"di[race=nonwhite]": fail}, reasons: [must be within]}

A case is laid over the base key by key; ``absent`` takes away what the base has. A metric is a number, or an object as
in a report (``value``, ``n``, ``standard_deviation``, ``interval``, ``slices``); a bare number laid over an object
changes its value. ``Infinity`` and ``NaN`` are what Clarify and Model Monitor write. ``files`` takes whole reports from
files beside the case file. Results are named by check, or by check and slice (``check[facet=value]``, ``check[facet]``,
``check[label]``); of several the worst counts.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from modelgate.contracts.facts import BASELINES
from modelgate.contracts.gate import Mode, ProblemType, RiskTier
from modelgate.contracts.package import BASELINE_MEMBERS, REPORT_MEMBERS
from modelgate.contracts.results import Status, Verdict
from modelgate.errors import PolicyError
from modelgate.policy.bias_metrics import BIAS_METRICS
from modelgate.policy.faults import parsed
from modelgate.policy.file_model import RESULT, Account, Day, FileModel, Lax, Number, PlacedError, Text
from modelgate.policy.yaml_file import YamlFile, read_yaml

CASES_FOLDER = "cases"
ABSENT = "absent"
_REPORTS = {f"{family}.{member}" for family, member in REPORT_MEMBERS}
_BASELINES = {f"{BASELINES}{family}.{member}" for family, member in BASELINE_MEMBERS}

Absent = Literal["absent"]
Rows = Annotated[int, Field(ge=0)]
Measured = Number | Literal["Infinity", "-Infinity", "NaN"]


class IntervalForm(FileModel):
    """A confidence interval as a report gives it."""

    low: Number | None = Field(None, description="Its lower end.")
    high: Number | None = Field(None, description="Its upper end.")
    confidence: Number | None = Field(None, description="Between 0 and 1.")


class SliceForm(FileModel):
    """A metric, or one of its slices, with what is known of its certainty."""

    value: Measured | None = Field(None, description="The value; it may come from the base.")
    n: Rows | Absent | None = Field(None, description="Number of rows behind it.")
    standard_deviation: Measured | Absent | None = Field(None, description="Its standard deviation.")
    interval: IntervalForm | Absent | None = Field(None, description="Its confidence interval.")


class MetricForm(SliceForm):
    """A metric of the whole, and of slices by facet and value."""

    slices: dict[Text, dict[Text, Measured | SliceForm | Absent] | Absent] | Absent | None = Field(
        None, description="Values by facet and facet value."
    )


Metrics = dict[Text, Measured | MetricForm | Absent]


class DataQualityForm(FileModel):
    """The number of rows, and numbers about columns."""

    item_count: Rows | None = Field(None, description="Rows of the data set.")
    columns: dict[Text, dict[Text, Measured | Absent] | Absent] = Field(
        {}, description="By column: num_missing (completeness follows from it), mean, min, max …"
    )


class ConstraintForm(FileModel):
    """A threshold that the team registered itself: give one side."""

    min: Number | None = Field(None, description="Less than this is a violation.")
    max: Number | None = Field(None, description="More than this is a violation.")

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.min is None) == (self.max is None):
            raise ValueError("a constraint has one side; give either min or max")
        return self


class ViolationForm(FileModel):
    """An entry of a monitor's violations file."""

    type: Text = Field(description="The constraint_check_type, such as data_type_check.")
    feature: Text | None = Field(None, description="The column.")


class ReportForms(FileModel):
    """Reports in short form; each becomes a real report that the gate's own readers read."""

    model_quality: Metrics | Absent | None = Field(None, description="ModelQuality.Statistics: metrics by key.")
    confusion_matrix: dict[Text, dict[Text, Rows]] | Absent | None = Field(
        None, description="ModelQuality.Statistics: rows by actual and predicted class."
    )
    bias: dict[Text, dict[Text, dict[Text, Measured | Absent] | Absent] | Absent] | Absent | None = Field(
        None, description="Bias.Report: bias metrics by facet, facet value and short name."
    )
    shap: dict[Text, dict[Text, Measured | Absent] | Absent] | Absent | None = Field(
        None, description="Explainability.Report: global SHAP values by label and feature."
    )
    data_quality: DataQualityForm | Absent | None = Field(None, description="ModelDataQuality.Statistics.")
    constraints: dict[Text, ConstraintForm | Absent] | Absent | None = Field(
        None, description="ModelQuality.Constraints: the team's own thresholds by metric."
    )
    violations: list[ViolationForm] | Absent | None = Field(
        None, description="ModelDataQuality.Constraints: a violations file; an empty list says checked, none."
    )
    extra: dict[Text, Metrics | Absent] | Absent | None = Field(
        None, description="Extra.<name>: reports of the pipeline's own extra steps, metrics by key."
    )
    files: dict[Text, Text] | None = Field(
        None, description="Reports by name (ModelQuality.Statistics) from files beside this one."
    )

    @model_validator(mode="after")
    def _known(self) -> Self:
        for facet, values in _mapping(self.bias):
            for value, metrics in _mapping(values):
                for metric, _ in _mapping(metrics):
                    if metric not in BIAS_METRICS:
                        problem = f"is no bias metric of Clarify; one of: {', '.join(BIAS_METRICS)}"
                        raise PlacedError(("bias", facet, value, metric), problem)
        for name, _ in _mapping(self.files):
            if name not in _REPORTS | _BASELINES and not name.startswith("Extra."):
                problem = f"is no report that a package can name; one of: {', '.join(sorted(_REPORTS))}"
                raise PlacedError(("files", name), problem)
        return self


class GroupForm(FileModel):
    """The package's group, as the environment's values have it; what is left out is made up."""

    name: Text = Field("a-group", description="Its name.")
    team: Text = Field("a-team", description="The team that registers in it.")
    account: Account = Field("111111111111", description="The team's account.")
    tags: dict[Text, str] = Field({}, description="Its tags.")
    mode: Lax[Mode] = Field(Mode.ENFORCE, description="enforce or shadow; a verdict is the same in both.")
    risk_tier: Lax[RiskTier] | None = Field(None, description="low, medium or high.")
    problem_type: Lax[ProblemType] | None = Field(None, description="binary, multiclass, regression or generative.")


class PriorForm(ReportForms):
    """An approved version of the group, with the reports it was approved by."""

    version: Annotated[int, Field(ge=1)] = Field(description="Its version.")


class CaseBody(ReportForms):
    """A package, and what is around it when it is judged."""

    group: GroupForm | None = Field(None, description="The group it is registered in.")
    metadata: dict[Text, str] | None = Field(None, description="CustomerMetadataProperties of the package.")
    as_of: Day | None = Field(None, description="The day it is judged; 2026-01-01 where it is left out.")
    arrived: Day | None = Field(None, description="The day its reports arrived; the day it is judged if left out.")
    not_arrived: list[Text] | None = Field(None, description="Reports that are named and not there yet.")
    without_digest: list[Text] | None = Field(None, description="Reports registered without ContentDigest.")
    baselines: ReportForms | Absent | None = Field(None, description="Reports registered as DriftCheckBaselines.")
    history: list[PriorForm] | None = Field(None, description="Approved versions of the group.")


class Expectation(FileModel):
    """What the policies must say."""

    verdict: Lax[Verdict] = Field(description="approve, reject or hold.")
    results: dict[Annotated[str, Field(pattern=RESULT)], Lax[Status]] = Field(
        {}, description="By check, or check[facet=value]: pass, fail, missing, inconclusive or waived."
    )
    reasons: list[Text] = Field([], description="Texts that the reasons or results contain.")


class Case(CaseBody):
    """One package and what is expected of it."""

    name: Text = Field(description="What it shows.")
    expect: Expectation = Field(description="What the policies must say.")


class CasesFile(FileModel):
    """A file of cases."""

    base: CaseBody | None = Field(None, description="What every case has, unless it says otherwise.")
    cases: Annotated[list[Case], Field(min_length=1, max_length=1000)] = Field(description="The cases.")

    @model_validator(mode="after")
    def _names(self) -> Self:
        seen: set[str] = set()
        for index, case in enumerate(self.cases):
            if case.name in seen:
                raise PlacedError(("cases", index, "name"), f"is {case.name!r}, like that of another case; rename one")
            seen.add(case.name)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedCase:
    """A case laid over its base; *place* is where it begins, as ``file:line:column``, *file* where its files lie."""

    file: Path
    place: str
    case: Case


def load_cases(path: Path) -> list[LoadedCase]:
    """The cases of *path*: of every ``*.yaml`` in a folder, or of one file.

    Raises:
        PolicyError: a file is wrong; the message holds every fault, one a line.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    cases: list[LoadedCase] = []
    faults: list[str] = []
    for file in files:
        try:
            cases.extend(_cases(file))
        except PolicyError as error:
            faults.append(str(error))
    if faults:
        raise PolicyError("\n".join(faults))
    return cases


def _cases(path: Path) -> list[LoadedCase]:
    file = read_yaml(path)
    parsed(file, CasesFile)
    base = file.data.get("base", {})
    return [_laid_over(path, file, base, index) for index in range(len(file.data["cases"]))]


def _laid_over(path: Path, file: YamlFile, base: Any, index: int) -> LoadedCase:
    merged = _without_absent(_merged(base, file.data["cases"][index]))
    here = YamlFile(name=file.name, data={"cases": [merged]}, marks={(): file.mark(("cases", index))})
    case = parsed(here, CasesFile).cases[0]
    place = file.place(("cases", index))
    for what, form in _metrics(case):
        lacking = _lacking(form)
        if lacking:
            raise PolicyError(f"{place}: case {case.name!r}: {what} has no {lacking}, here or in the base; add it")
    return LoadedCase(file=path, place=place, case=case)


def _merged(base: Any, over: Any) -> Any:
    if isinstance(over, dict) and isinstance(base, int | float | str) and base != ABSENT:
        base = {"value": base}
    if isinstance(base, dict) and "value" in base and isinstance(over, int | float | str) and over != ABSENT:
        over = {"value": over}
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return {**base, **{key: _merged(base.get(key), value) for key, value in over.items()}}


def _without_absent(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_absent(value) for key, value in data.items() if value != ABSENT}
    return [_without_absent(entry) for entry in data] if isinstance(data, list) else data


def _lacking(form: Any) -> str | None:
    if isinstance(form, SliceForm) and form.value is None:
        return "value"
    interval = getattr(form, "interval", None)
    parts = interval.model_dump() if isinstance(interval, IntervalForm) else {}
    return next((f"{name} of its interval" for name, part in parts.items() if part is None), None)


def _metrics(case: Case) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for forms in (case, case.baselines, *(case.history or ())):
        if isinstance(forms, ReportForms):
            tables = [forms.model_quality, *(table for _, table in _mapping(forms.extra))]
            for name, form in (pair for table in tables for pair in _mapping(table)):
                slices = form.slices if isinstance(form, MetricForm) else None
                parts = [(f"{name} of {f}={v}", part) for f, values in _mapping(slices) for v, part in _mapping(values)]
                found += [(name, form), *parts]
    return found


def _mapping(form: Any) -> list[tuple[str, Any]]:
    return list(form.items()) if isinstance(form, dict) else []
