"""Data quality statistics of Model Monitor (developer guide, "Schema for Statistics")."""

from collections.abc import Iterator

from modelgate.contracts.facts import DATA_QUALITY, ITEM_COUNT, Fact, Value
from modelgate.reports.place import Place

COMPLETENESS = "completeness"
STATISTICS = ("numerical_statistics", "string_statistics")


def read_data_quality(artifact: str, report: Place) -> Iterator[Fact]:
    """Read the number of rows, and every number about each feature by its name: ``mean``, ``min``, ``distinct_count`` …

    ``completeness`` is ours: the share of rows in which the feature is present. Distributions are left alone: buckets
    and sketches are for comparing whole data sets, hundreds of numbers which no bound can judge one by one; the result
    of that comparison is a violations file.
    """
    count = report.at("dataset").at("item_count")
    yield _fact(artifact, None, ITEM_COUNT, count.value(), count)
    features = report.find("features")
    if features is None:
        return
    for entry in features.entries():
        yield from _feature(artifact, entry)


def _feature(artifact: str, entry: Place) -> Iterator[Fact]:
    feature = entry.at("name").name()
    given = [found for name in STATISTICS if (found := entry.find(name)) is not None]
    if not given:
        # Kept in sight: a feature must not pass by leaving its statistics out.
        yield _fact(artifact, feature, COMPLETENESS, Value(unknown="the report has no statistics for it"), entry)
    for statistics in given:
        yield from _presence(artifact, feature, statistics.at("common"))
        for name, place in statistics.members():
            if not isinstance(place.data, dict | list):
                yield _fact(artifact, feature, name, place.value(), place)


def _presence(artifact: str, feature: str, common: Place) -> Iterator[Fact]:
    present, missing = common.at("num_present"), common.at("num_missing")
    rows = present.count() + missing.count()
    complete = Value(number=present.count() / rows) if rows else Value(unknown="the report has no rows for it")
    yield _fact(artifact, feature, COMPLETENESS, complete, common, rows)
    yield _fact(artifact, feature, "num_present", present.value(), present)
    yield _fact(artifact, feature, "num_missing", missing.value(), missing)


def _fact(artifact: str, feature: str | None, metric: str, value: Value, place: Place, n: int | None = None) -> Fact:
    return Fact(
        artifact=artifact,
        section=DATA_QUALITY,
        metric=metric,
        feature=feature,
        value=value,
        n=n,
        pointer=place.pointer,
    )
