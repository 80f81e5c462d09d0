"""What producers upload: reports that are good, bad and hostile, by name."""

import json
from collections.abc import Mapping

QUALITY, BIAS, MODEL = "quality.json", "bias.json", "model.tar.gz"


def _quality(value: object) -> bytes:
    return json.dumps({"binary_classification_metrics": {"auc": {"value": value}}}).encode()


def _bias(**facets: Mapping[str, object]) -> bytes:
    found = {
        facet: [
            {"value_or_threshold": group, "metrics": [{"name": "DI", "value": value}]} for group, value in v.items()
        ]
        for facet, v in facets.items()
    }
    return json.dumps({"post_training_bias_metrics": {"facets": found}}).encode()


CONTENTS: Mapping[str, Mapping[str, bytes]] = {
    QUALITY: {
        "good": _quality(0.8),
        "better": _quality(0.9),
        "middling": _quality(0.72),
        "bad": _quality(0.5),
        "a text": _quality("0.9"),
        "true": _quality(True),
        "NaN": _quality(float("nan")),
        "1e999": _quality(0).replace(b": 0", b": 1e999"),
        "a key twice": b'{"binary_classification_metrics":{"auc":{"value":0.5,"value":0.9}}}',
        "another metric": _quality(0.9).replace(b"auc", b"f1"),
        "empty": b"",
    },
    BIAS: {
        "good": _bias(sex={"f": 0.95, "m": 1.02}),
        "bad": _bias(sex={"f": 0.4, "m": 1.02}),
        "a bad second facet": _bias(sex={"f": 0.95}, age={"old": 0.3}),
        "a bad last group": _bias(sex={"f": 0.95, "m": 1.0, "x": 0.1}),
        "Infinity": _bias(sex={"f": "Infinity"}),
        "-Infinity": _bias(sex={"f": float("-inf")}),
        "false": _bias(sex={"f": False}),
        "nobody": b'{"post_training_bias_metrics":{"facets":{}}}',
        "deep": b'{"post_training_bias_metrics":' + b"[" * 3000,
    },
    MODEL: {"good": b"weights", "better": b"other weights", "empty": b""},
}
