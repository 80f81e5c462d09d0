"""Whatever arrives under whatever name: facts or one reason, and soon."""

import json
import math
import time
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.contracts.facts import BASELINES
from modelgate.contracts.package import BASELINE_MEMBERS, REPORT_MEMBERS
from modelgate.errors import UnreadableReportError
from modelgate.reports.read import MAX_FACTS, read_report
from modelgate.reports.strict_json import MAX_BYTES

from tests.unit.reports.reading import REAL_REPORTS

NAMES = [
    *(".".join(member) for member in REPORT_MEMBERS),
    *(f"{BASELINES}{'.'.join(member)}" for member in BASELINE_MEMBERS),
    "Extra.evaluation",
]
QUALITY = {
    "dataset": {"item_count": 10},
    "binary_classification_metrics": {
        "confusion_matrix": {"0": {"0": 5, "1": 1}, "1": {"0": 0, "1": 4}},
        "accuracy": {"value": 0.9, "standard_deviation": "NaN", "n": 10},
        "recall": {
            "value": 1,
            "standard_error": 0.01,
            "interval": {"low": 0.9, "high": 1, "confidence": 0.95},
            "slices": {"sex": {"0": {"value": 0.5, "count": 2}, "1": 1}},
        },
    },
}
EVERYTHING = QUALITY | {
    "features": [
        {"name": "a", "numerical_statistics": {"common": {"num_present": 1, "num_missing": 0}, "mean": 1}},
        {"name": "b", "completeness": 1, "num_constraints": {"is_non_negative": True}},
    ],
    "violations": [{"constraint_check_type": "bias_drift_check", "facet": "sex", "facet_value": "1"}],
    "regression_constraints": {"mae": {"threshold": 1, "comparison_operator": "GreaterThanThreshold"}},
    "post_training_bias_metrics": {
        "facets": {"sex": [{"value_or_threshold": "1", "metrics": [{"name": "DI", "value": "Infinity"}]}]}
    },
    "explanations": {"kernel_shap": {"label0": {"global_shap_values": {"a": 0.1, "b": 0.2}}}},
}
SEEDS = [json.dumps(QUALITY).encode(), json.dumps(EVERYTHING).encode()]
SEEDS += [path.read_bytes() for path in sorted(REAL_REPORTS.rglob("*.json"))]

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
ODD = st.sampled_from(["Infinity", "-Infinity", "NaN", "", -1, 0.5, 10**60, 1e308, [], {}, [{}], {"value": 1}])


def answer(artifact: str, data: bytes) -> None:
    """Read *data*: sound facts in their order, or a refusal."""
    try:
        facts = read_report(artifact, data)
    except UnreadableReportError:
        return

    assert len(facts) <= MAX_FACTS
    assert [(fact.pointer, fact.metric) for fact in facts] == sorted({(fact.pointer, fact.metric) for fact in facts})
    for fact in facts:
        assert fact.artifact == artifact
        assert fact.value.number is None or math.isfinite(fact.value.number)
        assert fact.n is None or (type(fact.n) is int and fact.n >= 0)
        assert fact.interval is None or fact.interval.low <= (fact.value.number or 0.0) <= fact.interval.high


def mutate(document: Any, draw: Any) -> Any:
    """Change one place of *document*: another value, another name, or nothing at all there."""
    if not isinstance(document, dict | list) or not document or draw(st.integers(0, 5)) == 0:
        return deepcopy(draw(SCALARS | ODD))
    keys = list(document) if isinstance(document, dict) else list(range(len(document)))
    key = draw(st.sampled_from(keys))
    what = draw(st.integers(0, 9))
    if what == 0:
        del document[key]
    elif what == 1 and isinstance(document, dict):
        document[draw(st.sampled_from(["value", "name", "n", "slices", "~/", "confusion_matrix"]))] = document.pop(key)
    elif what == 2 and isinstance(document, list):
        document.append(document[key])
    else:
        document[key] = mutate(document[key], draw)
    return document


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NAMES), st.binary(max_size=300))
def test_random_bytes_give_one_reason(artifact: str, data: bytes) -> None:
    """Nothing but a refusal ever comes of them."""
    answer(artifact, data)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from(SEEDS), st.data())
def test_damaged_reports_give_facts_or_one_reason(artifact: str, seed: bytes, data: st.DataObject) -> None:
    """A report cut short, or with bytes of it replaced, under any name."""
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(start + 20, len(seed))) | st.just(len(seed)))

    answer(artifact, seed[:start] + data.draw(st.binary(max_size=20)) + seed[end:])


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from(SEEDS), st.data())
def test_changed_reports_give_facts_or_one_reason(artifact: str, seed: bytes, data: st.DataObject) -> None:
    """Real and made-up reports with up to four places changed, under any name."""
    document = json.loads(seed)
    for _ in range(data.draw(st.integers(0, 4))):
        document = mutate(document, data.draw)

    answer(artifact, json.dumps(document).encode())


JSON = st.recursive(
    SCALARS | ODD,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["facets", "metrics", "name", "value", "value_or_threshold", "error", "g"]),
            inner,
            max_size=4,
        )
        | st.dictionaries(st.sampled_from(["kernel_shap", "global_shap_values", "label0", "a/b~"]), inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "n", "interval", "slices", "standard_error"]), inner, max_size=4)
    ),
    max_leaves=20,
)
SECTIONS = [*EVERYTHING, "pre_training_bias_metrics", "metrics", "confusion_matrix"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(SECTIONS), JSON, max_size=4))
def test_any_shape_gives_facts_or_one_reason(artifact: str, report: dict[str, Any]) -> None:
    """A broken report is a clean refusal, under whatever name it was registered."""
    answer(artifact, json.dumps(report).encode())


def filled(head: str, entry: str, tail: str) -> bytes:
    """The largest report that is read: *entry* as often as it fits, ``#`` in it replaced by a number."""
    entries, size = [], len(head) + len(tail)
    while size < MAX_BYTES - 2 * len(entry) - 20:
        entries.append(entry.replace("#", str(len(entries))))
        size += len(entries[-1]) + 1
    return (head + ",".join(entries) + tail).encode()


LONG = "x" * 500
TEXT = '{"name":"a","string_statistics":{"common":{"num_present":1,"num_missing":0},"distribution":['
FACET = '{"post_training_bias_metrics":{"facets":{"f":[{"value_or_threshold":"1","metrics":['
LARGEST = {
    "numbers": ('{"m":{', '"#":1', "}}"),
    "long names": (f'{{"{LONG}":{{', f'"{LONG}#":1', "}}"),
    "sections": ("{", '"#":{}', "}"),
    "slices": ('{"m":{"a":{"value":1,"slices":{"f":{', '"#":1', "}}}}}"),
    "cells": ('{"m":{"accuracy":1,"confusion_matrix":{', '"#":{"#":1}', "}}}"),
    "cells of one row": ('{"m":{"accuracy":1,"confusion_matrix":{"a":{', '"#":1', "}}}}"),
    "violations": ('{"violations":[', '{"constraint_check_type":"x"}', "]}"),
    "features": ('{"dataset":{"item_count":1},"features":[', '{"name":"#"}', "]}"),
    "buckets": (f'{{"dataset":{{"item_count":1}},"features":[{TEXT}', "0.12345", "]}}]}"),
    "metrics of one facet": (FACET, '{"name":"#"}', "]}]}}}"),
    "shap values": (f'{{"explanations":{{"kernel_shap":{{"{LONG}":{{"global_shap_values":{{', '"#":1', "}}}}}"),
}


@pytest.mark.parametrize("kind", LARGEST)
def test_the_largest_report_is_answered_within_seconds(kind: str) -> None:
    """Four megabytes of whatever costs most; time of the processor, as other work on the machine does not count."""
    data = filled(*LARGEST[kind])
    assert MAX_BYTES - 2_000 < len(data) <= MAX_BYTES

    started = time.process_time()
    answer("Extra.evaluation", data)

    assert time.process_time() - started < 15
