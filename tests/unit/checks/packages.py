"""Packages and checks for properties: ties, twins, slices that come and go, and numbers that are none."""

from typing import Any

from hypothesis import strategies as st
from modelgate.contracts.subject import Subject
from modelgate.policy.model import Against, Better, Check, FirstVersion

from tests.unit.checks.report_data import QUALITY, bias, columns, limits, quality, shap, sliced, violations
from tests.unit.checks.rules import approved, change, waiver
from tests.unit.checks.subjects import check, subject

LOWER = change(better=Better.LOWER, first_version=FirstVersion.PASS)
FAIR = change(better=Better.FAIR, against=Against.BEST_APPROVED, of=5, worse_by=0.1)
CHECKS: tuple[Check, ...] = (
    check("model_quality", id="a", metric="auc", low=0.7, confidence=0.9),
    check("metric", id="b", metric="auc", facets=(), low=0.7, minimum_n=50, change=change()),
    check("gap", id="c", metric="auc", facets=(), measure="difference", high=0.1, confidence=0.9, minimum_n=20),
    check("gap", id="d", metric="auc", facets=(), measure="ratio", low=0.9),
    check("bias", id="e", metric="AD", facets=(), low=-0.1, high=0.1, change=FAIR),
    check("explainability", id="f", features=("race*",), measure="share", low=0, high=0.3),
    check("explainability", id="g", features=("race*",), measure="rank", low=2, may_be_absent=True),
    check("data_quality", id="h", metric="completeness", features=("*",), low=0.9),
    check("violations", id="i", high=1),
    check("constraints", id="j"),
    check("model_quality", id="k", metric="auc", change=change(against=Against.BASELINES, suspicious_gain=0.1)),
    check("data_quality", id="l", metric="item_count", change=LOWER),
)
WAIVERS = (waiver(check="b", facet="*", facet_value="*", floor=0.5), waiver(id="x", check="d", facet="*", floor=0.8))


@st.composite
def packages(draw: Any) -> Subject:
    """Packages with ties, twins and numbers that are none."""
    numbers = st.sampled_from([0.9, 0.9, 0.8, 0.65, "NaN", "Infinity"])
    metric = st.fixed_dictionaries({"value": numbers}, optional={"n": st.sampled_from([10, 100, 1000])})
    regions = st.dictionaries(st.sampled_from("abcd"), metric, min_size=1)
    sections = [
        sliced("auc", draw(numbers), region=draw(regions))[QUALITY]["binary_classification_metrics"] for _ in "xy"
    ]
    groups = st.dictionaries(st.sampled_from("ab"), st.fixed_dictionaries({"AD": st.sampled_from([0.1, -0.1, 0.3])}))
    sizes = st.sampled_from([0, 0.1, 0.2, 0.2, 3])

    def reports() -> dict[str, Any]:
        table = draw(st.fixed_dictionaries({"income": sizes}, optional={"race_a": sizes, "race_b": sizes}))
        return {
            QUALITY: {"x": sections[0], "y": draw(st.just(sections[1]) | st.just({}))},
            **bias({"sex": draw(groups), "race": draw(groups)}),
            **shap(l=table, m={"income": 1, "race_a": 0}),
            **columns(100, age=draw(st.sampled_from([0, 30])), zip=0),
            **violations(*[("drift", "age")] * draw(st.integers(0, 2))),
            **limits(auc=("LessThanThreshold", 0.7)),
        }

    own = reports()
    baselines = {f"DriftCheckBaselines.{QUALITY}": quality(auc=draw(numbers))[QUALITY]}
    return subject({**own, **draw(st.just(baselines) | st.just({}))}, history=approved(reports(), reports()))
