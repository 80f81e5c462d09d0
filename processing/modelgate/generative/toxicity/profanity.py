"""The default scorer: alt-profanity-check, a linear classifier of words that comes inside a wheel and runs offline.

It finds profanity: polite hostility scores low. Its weights are joblib pickles, which run code when they are read; they
come with the library, so the digests of both files are compared with those of the pinned version before they are.
The library is an extra (``requirements/generative.in``): without it toxicity is missing, with a reason.
"""

import hashlib
import importlib
import importlib.metadata
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LIBRARY, MODULE = "alt-profanity-check", "profanity_check"
VERSION = "1.9.1"  # follows scikit-learn's, which the library pins
WEIGHTS = {
    "model.joblib": "aeafc04849d4d93db4721cf30a86ebf22085595294b8a07d51918e7fa98f538b",
    "vectorizer.joblib": "19c5200dc6a41f026e0558e2f164f5fe8d8f58e502b46b37e4385037fcfa4831",
}


class ProfanityScorer:
    """The probability that alt-profanity-check gives a text.

    Raises:
        ImportError: the library is not there, or not the one that is pinned; `absence` says why.
    """

    id = "sklearn-profanity"
    version = VERSION
    threshold = 0.5

    def __init__(self) -> None:
        if (why := absence()) is not None:
            raise ImportError(why)
        self._predict: Any = importlib.import_module(MODULE).predict_prob

    def score(self, texts: Sequence[str]) -> tuple[float | None, ...]:
        """One probability per text, 0 to 1."""
        return tuple(float(score) for score in self._predict(list(texts))) if texts else ()


def absence() -> str | None:
    """Why the scorer cannot be used, as a sentence; None if it can. Nothing of the library is run."""
    found = importlib.util.find_spec(MODULE)
    if found is None or found.origin is None:
        return f"the library {LIBRARY} is not installed; install version {VERSION}"
    if (version := importlib.metadata.version(LIBRARY)) != VERSION:
        return f"the library {LIBRARY} has version {version}; install version {VERSION}"
    for name, expected in WEIGHTS.items():
        file = Path(found.origin).parent / "data" / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            return f"{name} of the library {LIBRARY} is not that of version {VERSION}; install it anew"
    return None
