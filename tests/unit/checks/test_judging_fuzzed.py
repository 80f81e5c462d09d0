"""Whatever a team writes into its reports is judged: nothing raises, and what is judged can be recorded."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.contracts.facts import Fact
from modelgate.contracts.results import Judgement
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.subject import Artifact, ArtifactState, Prior
from modelgate.decide import judge
from modelgate.errors import UnreadableReportError
from modelgate.policy.model import Against, Better, Check, FirstVersion, Judge, OnInfinite
from modelgate.reports.read import read_report

from tests.unit.checks.packages import CHECKS
from tests.unit.checks.report_data import AFTER, BEFORE, BIAS, DATA, QUALITY, SHAP
from tests.unit.checks.rules import change, waiver
from tests.unit.checks.subjects import DIGEST, artifact, bundle, check, subject

EDGES = [0.0, -0.0, 5e-324, 1e-310, 1e-16, 0.5, 1.0, 1 - 1e-16, 2.0, 1e16, 1e154, 1e300, 1.7976931348623157e308]
NUMBERS = st.sampled_from([*EDGES, *(-edge for edge in EDGES)]) | st.floats(allow_nan=False, allow_infinity=False)
ODD: Any = st.sampled_from(["NaN", "Infinity", "-Infinity", None, True, "0.5", "", [], {}, 10**30, -(10**30)])
ANYTHING = st.one_of(NUMBERS, NUMBERS, NUMBERS, NUMBERS, ODD)
NAMES = st.sampled_from(["race", "a", "", "*"])
CONFIDENCES = st.sampled_from([0.5, 0.9, 0.95, 1e-300, 1e-17, 1 - 1e-16])
ROWS = st.sampled_from([0, 1, 2, 30, 10**9, 10**60, 1e300])


def some(strategy: Any) -> Any:
    """A mapping by some names."""
    return st.dictionaries(NAMES, strategy, min_size=1, max_size=4)


@st.composite
def intervals(draw: Any, value: Any) -> Any:
    """From the value to anywhere."""
    low, high = sorted((value, draw(NUMBERS)))
    return {"low": low, "high": high, "confidence": draw(CONFIDENCES)}


@st.composite
def metrics(draw: Any, *, deep: bool = True) -> Any:
    """A metric with whatever may stand beside it."""
    value = draw(ANYTHING)
    members = {"n": ROWS, "standard_deviation": ANYTHING}
    if isinstance(value, float):
        members["interval"] = intervals(value)
    made = {"value": value, **draw(st.fixed_dictionaries({}, optional=members))}
    if deep and draw(st.booleans()):
        made["slices"] = draw(some(some(metrics(deep=False))))
    return made


def fixed(**members: Any) -> Any:
    """An object with exactly these members."""
    return st.fixed_dictionaries(members)


def few(strategy: Any) -> Any:
    """A short list."""
    return st.lists(strategy, min_size=1, max_size=3)


AUC = fixed(auc=metrics(), auc_best_constant_classifier=metrics())
METRIC = fixed(name=st.sampled_from(["AD", "DI"]), value=ANYTHING)
GROUPS = fixed(facets=some(few(fixed(value_or_threshold=NAMES, metrics=few(METRIC)))))
TABLES = some(fixed(global_shap_values=some(ANYTHING)))
STATISTICS = fixed(common=fixed(num_present=ROWS, num_missing=ROWS), mean=ANYTHING)
COLUMN = fixed(name=NAMES, numerical_statistics=STATISTICS)
OPERATORS = [f"{way}{equal}Threshold" for way in ("GreaterThan", "LessThan") for equal in ("", "OrEqualTo")]
LIMIT = fixed(threshold=ANYTHING, comparison_operator=st.sampled_from(OPERATORS))
REPORTS: dict[str, Any] = {
    QUALITY: st.fixed_dictionaries({"x": AUC}, optional={"y": AUC, "auc": ANYTHING}),
    "ModelQuality.Constraints": fixed(constraints=fixed(auc=LIMIT)),
    BIAS: st.fixed_dictionaries({AFTER: GROUPS}, optional={BEFORE: GROUPS}),
    SHAP: fixed(explanations=fixed(kernel_shap=TABLES)),
    DATA: fixed(dataset=fixed(item_count=ANYTHING), features=few(COLUMN)),
    "ModelDataQuality.Constraints": fixed(violations=few(fixed(constraint_check_type=NAMES, feature_name=NAMES))),
}
BASELINES = {f"DriftCheckBaselines.{name}": one for name, one in REPORTS.items() if "Quality." in name}
SOME_REPORTS = st.fixed_dictionaries(REPORTS, optional=BASELINES)
HUGE = {"worse_by_percent": 1e308, "suspicious_gain": 1e308}
RULES = [
    change(against=against, of=3, better=better, first_version=FirstVersion.PASS, **more)
    for against in Against
    for better in Better
    for more in ({}, {"worse_by": 1e308}, HUGE)
]


@st.composite
def checks(draw: Any) -> Check:
    """Any check, that asks for any certainty and any change."""
    made: Check = draw(st.sampled_from((*CHECKS, check("bias", id="r", metric="DI", facets=(), low=0.8, high=1.25))))
    rules = [rule for rule in RULES if made.kind == "bias" or rule.better is not Better.FAIR]
    return replace(
        made,
        confidence=draw(st.sampled_from([None, 0.5, 0.95, 0.9999])),
        minimum_n=draw(st.sampled_from([None, 1, 10**9])),
        on_infinite=draw(st.sampled_from(OnInfinite)),
        judge=draw(st.sampled_from(Judge)),
        change=draw(st.none() | st.sampled_from(rules)),
    )


SOME_CHECKS = st.lists(checks(), min_size=1, max_size=4, unique_by=lambda one: one.id)
ANY_NUMBER = {"facet": "*", "facet_value": "*", "floor": -1e308, "ceiling": 1e308}


def read(reports: dict[str, Any]) -> tuple[tuple[Artifact, ...], tuple[Fact, ...]]:
    """Artifacts and facts, as the check step gathers them."""
    artifacts: list[Artifact] = []
    facts: list[Fact] = []
    for name, report in reports.items():
        try:
            facts.extend(read_report(name, json.dumps(report).encode()))
            artifacts.append(artifact(name))
        except UnreadableReportError as error:
            artifacts.append(artifact(name, state=ArtifactState.REFUSED, problem=str(error)))
    return tuple(artifacts), tuple(facts)


@settings(max_examples=80, deadline=None)
@given(
    SOME_REPORTS,
    st.lists(SOME_REPORTS, max_size=2),
    st.lists(checks(), min_size=1, max_size=4, unique_by=lambda c: c.id),
)
def test_every_package_is_judged(own: Any, earlier: list[Any], asked: list[Check]) -> None:
    """With any history and baselines; the judgement survives its record."""
    artifacts, facts = read(own)
    history = tuple(
        Prior(version=9 - at, decision_id="d", record_digest=DIGEST, facts=read(reports)[1])
        for at, reports in enumerate(earlier)
    )
    waivers = tuple(
        waiver(id=one.id, check=one.id, facet="*", facet_value="*", floor=-1e308, ceiling=1e308) for one in asked
    )
    package = subject({}, artifacts=artifacts, facts=facts, history=history)

    judgement = judge(package, bundle(*asked, waivers=waivers, budgets={"lending": 9}))

    written = canonical(encode(judgement))
    assert canonical(encode(decode(Judgement, json.loads(written)))) == written
    assert judgement.reasons
    assert all(result.sentence for result in judgement.results)
