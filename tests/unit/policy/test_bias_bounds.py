"""All 21 bias metrics of Clarify know their fair value and which bounds make sense."""

from pathlib import Path

import pytest
from modelgate.contracts.facts import POST_TRAINING, PRE_TRAINING
from modelgate.policy.bias_metrics import ABS, BAND, BIAS_METRICS, UPPER

from tests.unit.policy.folders import HEAD, check_of, check_text, faults_of, folder

PRE = ("CI", "DPL", "KL", "JS", "LP", "TVD", "KS", "CDDL")
POST = ("DPPL", "DI", "DCA", "DCR", "AD", "RD", "SD", "DAR", "DRR", "TE", "CDDPL", "FT", "GE")
ONE_SIDED = ("KL", "JS", "LP", "TVD", "KS", "GE")
UNBOUNDED = ("DI", "DCA", "DCR", "TE")
GOOD = {ABS: "abs_max: 0.1", BAND: "ratio_band: 0.8", UPPER: "max: 0.1"}


def keys(metric: str, *more: str) -> tuple[str, ...]:
    """A bias check on *metric*."""
    return ("kind: bias", f"metric: {metric}", "facets: all", *more)


def fault(at: Path, metric: str, *more: str) -> str:
    """The one fault of such a check."""
    (found,) = faults_of(folder(at, HEAD + check_text(*keys(metric, *more))))
    return found


def test_there_are_21_with_their_sections() -> None:
    """Eight before training, thirteen after."""
    sections = {name: metric.section for name, metric in BIAS_METRICS.items()}

    assert sections == dict.fromkeys(PRE, PRE_TRAINING) | dict.fromkeys(POST, POST_TRAINING)


def test_a_ratio_is_fair_at_one_and_everything_else_at_zero() -> None:
    """DI is the only ratio."""
    assert {name: metric.fair for name, metric in BIAS_METRICS.items() if metric.fair} == {"DI": 1.0}
    assert [name for name, metric in BIAS_METRICS.items() if metric.rule == BAND] == ["DI"]


def test_distances_and_entropies_have_no_sign() -> None:
    """Everything else is unfair in both directions."""
    assert tuple(name for name, metric in BIAS_METRICS.items() if not metric.two_sided) == ONE_SIDED


def test_quotients_may_be_infinite_in_a_good_model() -> None:
    """Where no error of one kind was made at all."""
    assert tuple(name for name, metric in BIAS_METRICS.items() if metric.unbounded) == UNBOUNDED


@pytest.mark.parametrize("metric", BIAS_METRICS)
def test_the_bound_of_its_kind_is_accepted(tmp_path: Path, metric: str) -> None:
    """And it holds the fair value."""
    bound = check_of(tmp_path, *keys(metric, GOOD[BIAS_METRICS[metric].rule])).bound

    assert bound is not None
    assert bound.holds(BIAS_METRICS[metric].fair)


@pytest.mark.parametrize("metric", [name for name in BIAS_METRICS if name not in ONE_SIDED])
@pytest.mark.parametrize(("side", "open_side"), [("max: 1.5", "below"), ("min: -0.5", "above")])
def test_a_bound_on_one_side_of_a_signed_metric_is_refused(
    tmp_path: Path, metric: str, side: str, open_side: str
) -> None:
    """The sentence says which models it would approve, and how to write it."""
    form = "ratio_band: 0.8" if metric == "DI" else "abs_max: 0.1"

    assert fault(tmp_path, metric, side) == (
        f"0.yaml:11:5: check 'it': {metric} ({BIAS_METRICS[metric].description}) is unfair in both directions "
        f"({BIAS_METRICS[metric].fair:g} is fair), so a bound that is open {open_side} would approve the worst models "
        f"on that side; write it as {form}, or give both ends"
    )


def test_at_most_0_8_on_treatment_equality_alone_is_refused(tmp_path: Path) -> None:
    """The published sample's rule: it approves every model that errs against the favoured group only."""
    found = fault(tmp_path, "TE", "max: 0.8")

    assert "TE (treatment equality) is unfair in both directions (0 is fair)" in found
    assert "a bound that is open below would approve the worst models on that side" in found


@pytest.mark.parametrize("metric", ONE_SIDED)
def test_a_distance_needs_an_upper_end(tmp_path: Path, metric: str) -> None:
    """From below it would refuse the fair models."""
    assert fault(tmp_path, metric, "min: 0.1").endswith(
        f"{metric} ({BIAS_METRICS[metric].description}) grows with unfairness, so it needs max: a bound from below "
        "refuses the fair models"
    )


@pytest.mark.parametrize("metric", BIAS_METRICS)
def test_a_bound_that_refuses_the_fair_value_is_refused(tmp_path: Path, metric: str) -> None:
    """No model could be fair enough."""
    name, fair = f"{metric} ({BIAS_METRICS[metric].description})", BIAS_METRICS[metric].fair

    assert fault(tmp_path, metric, "between: [2, 3]").endswith(
        f"the fair value of {name} is {fair:g}, which this bound refuses"
    )


@pytest.mark.parametrize("metric", BIAS_METRICS)
def test_infinities_may_pass_only_where_a_good_model_has_them(tmp_path: Path, metric: str) -> None:
    """Elsewhere an infinity is a fault of the report."""
    more = (GOOD[BIAS_METRICS[metric].rule], "on_infinite: pass")

    if metric in UNBOUNDED:
        assert check_of(tmp_path, *keys(metric, *more)).on_infinite == "pass"
    else:
        assert "'on_infinite' would hide a fault" in fault(tmp_path, metric, *more)


@pytest.mark.parametrize("metric", BIAS_METRICS)
@pytest.mark.parametrize("better", ["higher", "lower", "fair"])
def test_a_change_is_an_improvement_towards_the_fair_value(tmp_path: Path, metric: str, better: str) -> None:
    """Higher is never better; lower only for what has no sign."""
    rule = f"change: {{against: last_approved, better: {better}, worse_by: 0.05, first_version: pass}}"

    if better == "fair" or (better == "lower" and metric in ONE_SIDED):
        assert check_of(tmp_path, *keys(metric, rule)).change is not None
    else:
        assert f"'better' is {better}, but {metric} " in fault(tmp_path, metric, rule)
