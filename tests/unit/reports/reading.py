"""Report data read like a package's own file, its facts under a readable name."""

import json
import os
from pathlib import Path
from typing import Any

from modelgate.contracts.facts import Fact
from modelgate.reports.read import read_report

_BESIDE_THE_REPOSITORY = Path(__file__).parents[4] / "shared" / "data"
REAL_REPORTS = Path(os.environ.get("MODELGATE_SHARED_DATA", _BESIDE_THE_REPOSITORY)) / "reports"


def read(artifact: str, report: dict[str, Any]) -> dict[str, Fact]:
    """The facts of *report* by section, slice, label, metric and feature."""
    facts = read_report(artifact, json.dumps(report).encode())
    return {"/".join(filter(None, (f.section, f.facet, f.facet_value, f.label, f.metric, f.feature))): f for f in facts}


def quality(metrics: dict[str, Any]) -> dict[str, Fact]:
    """The facts of a model quality report with *metrics* in one section, by metric or slice."""
    facts = read("ModelQuality.Statistics", {"metrics": metrics})
    return {name.removeprefix("model_quality/"): fact for name, fact in facts.items()}
