"""What travels inside ``model.tar.gz``: how SageMaker's scikit-learn container loads and asks the model."""

from pathlib import Path
from typing import Any

import joblib  # type: ignore[import-untyped]


def model_fn(model_dir: str) -> Any:
    """Load the pipeline that training stored."""
    return joblib.load(Path(model_dir) / "model.joblib")


def predict_fn(record: Any, model: Any) -> Any:
    """Give the probability of approval for each row of *record*, a frame with the columns of training."""
    return model.predict_proba(record)[:, 1]
