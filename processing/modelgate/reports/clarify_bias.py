"""SageMaker Clarify bias reports (``analysis.json``, version 1.0): pre-training, post-training, or both in one file."""

from collections.abc import Iterator

from modelgate.contracts.facts import METRIC_COUNT, POST_TRAINING, PRE_TRAINING, Fact, Value
from modelgate.reports.place import Place

SECTIONS = {PRE_TRAINING: "pre_training_bias_metrics", POST_TRAINING: "post_training_bias_metrics"}


def read_bias(artifact: str, report: Place) -> Iterator[Fact]:
    """Read every metric of every value of every facet, by name."""
    for section, key in SECTIONS.items():
        found = report.find(key)
        if found is None:
            continue
        for facet, values in found.at("facets").members():
            yield from _facet(artifact, section, facet, values)


def _facet(artifact: str, section: str, facet: str, values: Place) -> Iterator[Fact]:
    if not values.list():
        yield _count(artifact, section, facet, None, values, 0)
    for entry in values.entries():
        facet_value = entry.at("value_or_threshold").name()
        metrics = entry.at("metrics")
        yield _count(artifact, section, facet, facet_value, entry, len(metrics.list()))
        for metric in metrics.entries():
            yield Fact(
                artifact=artifact,
                section=section,
                metric=metric.at("name").name(),
                facet=facet,
                facet_value=facet_value,
                value=_value(metric),
                pointer=f"{metric.pointer}/value",
            )


def _value(metric: Place) -> Value:
    """A metric that Clarify could not compute has a null value and says why in ``error``."""
    error = metric.data.get("error")
    if error is not None:
        return Value(unknown=f"the report says: {str(error)[:200]}")
    found = metric.find("value")
    return Value(unknown="the metric has no value") if found is None else found.value()


def _count(artifact: str, section: str, facet: str, facet_value: str | None, place: Place, count: int) -> Fact:
    return Fact(
        artifact=artifact,
        section=section,
        metric=METRIC_COUNT,
        facet=facet,
        facet_value=facet_value,
        value=Value(number=float(count)),
        pointer=place.pointer,
    )
