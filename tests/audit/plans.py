"""Plans of all roots, made once for one state of the Terraform code: planning takes longer than every reader."""

import functools
import hashlib
import json
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

from tests.audit.findings import ROOT
from tests.audit.programs import tracked

_PLANNING = threading.Lock()  # two tools read the plans; the second waits for the first
_KEPT = ROOT / "build" / "audit"
_DECIDES = ("terraform", "tests/iam_proof/plans.py", "tests/iam_proof/*.tfvars", "tests/terraform/offline.py")


def plans() -> dict[str, dict[str, Any]]:
    """Every root's plan by its name, as the IAM proof reads it; the same for every reader of this process."""
    with _PLANNING:
        return _plans()


@functools.cache
def _plans() -> dict[str, dict[str, Any]]:
    digest = hashlib.sha256()
    for name in tracked(*_DECIDES):
        digest.update(f"{name}\0".encode() + hashlib.sha256((ROOT / name).read_bytes()).digest())
    folder = _KEPT / f"plans-{digest.hexdigest()[:16]}"
    if not folder.is_dir():
        _make(folder)
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def _make(folder: Path) -> None:
    """Plan into a folder beside, then rename it: a stopped run leaves nothing that looks whole."""
    from tests.iam_proof.plans import write_plans

    for old in _KEPT.glob("plans-*"):
        shutil.rmtree(old)
    _KEPT.mkdir(parents=True, exist_ok=True)
    under_way = Path(tempfile.mkdtemp(prefix="new-", dir=_KEPT))
    try:
        write_plans(under_way)
        under_way.replace(folder)
    finally:
        shutil.rmtree(under_way, ignore_errors=True)
