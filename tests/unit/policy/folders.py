"""Folders of policy files made for a test."""

from pathlib import Path

import pytest
from modelgate.errors import PolicyError
from modelgate.policy.load import load_folder
from modelgate.policy.model import Bundle, Check

POLICY = """\
policy: loans
version: 2
owner: model-risk
description: Made up.
match:
  tags: {policy: loans}
evidence:
  required: [ModelQuality.Statistics, Bias]
  content_digest: required
checks:
  - id: auc
    kind: model_quality
    metric: auc
    min: 0.7
    reason: Made up.
  - id: di
    kind: bias
    metric: DI
    facets: all
    ratio_band: 0.8
    reason: Made up.
"""
HEAD = POLICY[: POLICY.index("  - id: auc")]


def folder(at: Path, *policies: str, version: str = "version: 3\n", waivers: str | None = None) -> Path:
    """A folder of policy files named 0.yaml, 1.yaml …"""
    at.mkdir(exist_ok=True, parents=True)
    (at / "bundle.yaml").write_text(version, encoding="utf-8")
    for number, text in enumerate(policies):
        (at / f"{number}.yaml").write_text(text, encoding="utf-8")
    if waivers is not None:
        (at / "waivers.yaml").write_text(waivers, encoding="utf-8")
    return at


def bundle_of(at: Path, *policies: str, waivers: str | None = None) -> Bundle:
    """The bundle of such a folder."""
    return load_folder(folder(at, *policies, waivers=waivers))


def check_of(at: Path, *keys: str) -> Check:
    """The check with *keys* (``min: 0.7`` …) beside id and reason."""
    return bundle_of(at, HEAD + check_text(*keys)).policies[0].checks[0]


def check_text(*keys: str) -> str:
    """A check as a policy file writes it; after `HEAD`, its keys begin in line 12, column 5."""
    return "  - id: it\n" + "".join(f"    {key}\n" for key in (*keys, "reason: Made up."))


def faults_of(at: Path) -> list[str]:
    """The sentences about a folder that is refused, their files without the folder."""
    with pytest.raises(PolicyError) as caught:
        load_folder(at)
    return str(caught.value).replace(f"{at}/", "").splitlines()
