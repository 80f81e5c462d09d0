"""Three bundles of one small policy: the second asks for more, the third for less."""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from modelgate.policy.bundle import build

LEAST_AUC: Mapping[int, float] = {1: 0.7, 2: 0.75, 3: 0.65}
LOWEST_DI, HIGHEST_DI = 0.8, 1.25

_POLICY = """
policy: small
version: {version}
owner: risk
description: What these tests judge by.
match:
  tags:
    policy: small
evidence:
  required: [ModelQuality.Statistics, Bias.Report]
  content_digest: {digest}
checks:
  - id: auc
    kind: model_quality
    metric: auc
    between: [{least}, 1.0]
    reason: It finds what it looks for.
    source: made up
  - id: impact
    kind: bias
    metric: DI
    facets: all
    between: [{low}, {high}]
    reason: Groups fare alike.
    source: made up
"""


@cache
def bundle(version: int) -> bytes:
    """The bundle of *version*, built and linted as any other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bundle.yaml").write_text(f"version: {version}\n")
        text = _POLICY.format(
            version=version, least=LEAST_AUC[version], low=LOWEST_DI, high=HIGHEST_DI, digest="optional"
        )
        (folder / "small.yaml").write_text(text)
        return build(folder)
