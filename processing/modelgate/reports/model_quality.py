"""Model quality: Model Monitor statistics (regression, binary, multiclass) and home-made ``evaluation.json``."""

from collections.abc import Iterator

from modelgate.contracts.facts import MODEL_QUALITY, Fact, Value
from modelgate.reports.place import Place

_ABOUT_THE_FILE = frozenset({"version", "dataset"})


def read_model_quality(artifact: str, report: Place) -> Iterator[Fact]:
    """Read every number by its key, in whatever section: only the policy knows which of them matter.

    ``{"auc": {"value": …}}`` and ``{"auc": …}`` are metrics, at the top or one level down. Matrices and curves have no
    value and are left alone.
    """
    dataset = report.find("dataset")
    if dataset is not None and isinstance(dataset.data, dict) and (count := dataset.find("item_count")) is not None:
        yield _fact(artifact, "item_count", count.value(), count.pointer)
    for key, place in report.members():
        if key in _ABOUT_THE_FILE:
            continue
        if _is_metric(place):
            yield from _metric(artifact, key, place)
        elif isinstance(place.data, dict):
            for name, member in place.members():
                if _is_metric(member):
                    yield from _metric(artifact, name, member)


def _is_metric(place: Place) -> bool:
    if isinstance(place.data, dict):
        return "value" in place.data
    return not isinstance(place.data, list)


def _metric(artifact: str, name: str, place: Place) -> Iterator[Fact]:
    if not isinstance(place.data, dict):
        yield _fact(artifact, name, place.value(), place.pointer)
        return
    value = place.at("value")
    yield _fact(artifact, name, value.value(), value.pointer)
    deviation = place.find("standard_deviation")
    if deviation is not None:
        yield _fact(artifact, f"{name}.standard_deviation", deviation.value(), deviation.pointer)


def _fact(artifact: str, metric: str, value: Value, pointer: str) -> Fact:
    return Fact(artifact=artifact, section=MODEL_QUALITY, metric=metric, value=value, pointer=pointer)
