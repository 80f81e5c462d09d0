"""Whatever is written into a file of cases: results, or sentences."""

from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.cli.cases.run import run_cases
from modelgate.errors import PolicyError
from modelgate.policy.load import load_folder

SHIPPED = Path(__file__).parents[3] / "policies"
BUNDLE = load_folder(SHIPPED)
BASES = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((SHIPPED / "cases").glob("*.yaml"))]
EVERYTHING = {
    "name": "everything",
    "model_quality": {"auc": {"value": 0.8, "n": 9, "interval": {"low": 0, "high": 1, "confidence": 0.9}}},
    "confusion_matrix": {"a": {"a": 1, "b": 2}, "b": {"a": 3, "b": 4}},
    "bias": {"race": {"white": {"DI": 1, "CI": 0.1}}},
    "shap": {"label0": {"race": 0.1, "income": 0.2}},
    "data_quality": {"item_count": 9, "columns": {"age": {"num_missing": 1, "num_present": 8, "mean": 4}}},
    "constraints": {"auc": {"min": 0.7}},
    "violations": [{"type": "data_type_check", "feature": "age"}],
    "extra": {"robustness": {"drop": {"value": 0.1, "slices": {"f": {"v": 1}}}}},
    "baselines": {"model_quality": {"auc": 0.9}, "shap": {"l": {"x": 1}}},
    "history": [{"version": 3, "model_quality": {"auc": 0.9}}],
    "expect": {"verdict": "approve", "results": {"auc": "pass", "disparate-impact[race=white]": "fail"}},
}
ODD = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        1.5,
        10**40,
        "absent",
        "Infinity",
        "NaN",
        "",
        "x",
        [],
        {},
        [{}],
        {"value": 1},
        {"a": {}},
        {"a": []},
    ]
)


def mutate(document: Any, draw: Any) -> Any:
    """Change one place of *document*."""
    if not isinstance(document, dict | list) or not document or draw(st.integers(0, 4)) == 0:
        return deepcopy(draw(ODD))
    key = draw(st.sampled_from(list(document) if isinstance(document, dict) else range(len(document))))
    what = draw(st.integers(0, 8))
    if what == 0:
        del document[key]
    elif what == 1 and isinstance(document, dict):
        document[draw(st.sampled_from(["value", "n", "DI", "slices", "num_missing", "a[b]", "~/"]))] = document.pop(key)
    else:
        document[key] = mutate(document[key], draw)
    return document


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(BASES), st.data())
def test_changed_cases_are_run_or_refused(seed: Any, data: st.DataObject) -> None:
    """A case that has everything over a real base, with up to three places of either changed."""
    document: Any = {"base": deepcopy(seed["base"]), "cases": [deepcopy(EVERYTHING)]}
    for _ in range(data.draw(st.integers(0, 3))):
        document = mutate(document, data.draw)
    with TemporaryDirectory() as made:
        path = Path(made, "cases.yaml")
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        try:
            results = run_cases(path, BUNDLE)
        except PolicyError as error:
            assert all(line.startswith(f"{path}:") for line in str(error).split("\n"))  # noqa: PT017 - or there is none
        else:
            assert all(result.judgement is not None or result.differences for result in results)
