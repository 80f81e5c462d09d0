"""Model quality: Model Monitor statistics, home-made ``evaluation.json``, and reports on generative models.

A section holds metrics by name, and any section is read: ``regression_metrics``, ``binary_classification_metrics``,
``multiclass_classification_metrics``, or a section of one's own. Reports on generative models come in the same form:

    {"dataset": {"item_count": 3680},
     "generative_metrics": {"toxicity": {"value": 0.012, "n": 3680,
                                         "interval": {"low": 0.009, "high": 0.016, "confidence": 0.95},
                                         "slices": {"domain": {"gender": {"value": 0.02, "n": 900}}}}}}

What a metric may say beside its value is in `metric_object`.
"""

from collections.abc import Iterator

from modelgate.contracts.facts import ITEM_COUNT, MODEL_QUALITY, Fact
from modelgate.reports.confusion_matrix import CONFUSION_MATRIX, Share, is_matrix, read_matrix, shares, with_rows
from modelgate.reports.metric_object import is_metric, read_metric
from modelgate.reports.place import Place

ABOUT_THE_FILE = frozenset({"version", "dataset"})


def read_model_quality(artifact: str, report: Place) -> Iterator[Fact]:
    """Read every number by its key, in whatever section: only the policy knows which of them matter.

    ``{"auc": {"value": …}}`` and ``{"auc": …}`` are metrics, at the top or one level down. Curves are left alone: they
    are lists of points which no single bound can judge, and the area under one is a metric of its own.
    """
    dataset = report.find("dataset")
    if dataset is not None and isinstance(dataset.data, dict) and (count := dataset.find("item_count")) is not None:
        yield Fact(
            artifact=artifact, section=MODEL_QUALITY, metric=ITEM_COUNT, value=count.value(), pointer=count.pointer
        )
    offered = _offered(report)
    for key, place in report.members():
        if key in ABOUT_THE_FILE:
            continue
        if _is_read(key, place):
            yield from _read(artifact, key, place, offered)
        elif isinstance(place.data, dict):
            yield from _section(artifact, place)


def _section(artifact: str, section: Place) -> Iterator[Fact]:
    offered = _offered(section)
    for name, member in section.members():
        if _is_read(name, member):
            yield from _read(artifact, name, member, offered)


def _offered(section: Place) -> dict[str, list[Share]]:
    matrix = section.find(CONFUSION_MATRIX)
    return shares(matrix) if matrix is not None and is_matrix(matrix) else {}


def _is_read(name: str, place: Place) -> bool:
    return is_metric(place) or (name == CONFUSION_MATRIX and is_matrix(place))


def _read(artifact: str, name: str, place: Place, offered: dict[str, list[Share]]) -> Iterator[Fact]:
    if name == CONFUSION_MATRIX and is_matrix(place):
        yield from read_matrix(artifact, place)
        return
    for fact in read_metric(artifact, name, place):
        yield with_rows(fact, offered)
