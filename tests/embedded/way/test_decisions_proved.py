"""A decision of the whole platform, proved with the keys of its own KMS: from the stores, and from one file."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.embedded.way.gate import Gate
from tests.embedded.way.member import Member

pytestmark = pytest.mark.embedded


def modelgate(gate: Gate, *words: object) -> subprocess.CompletedProcess[str]:
    """Run the command line as governance does."""
    platform = gate.platform
    environment = {**platform.instance.environment(platform.governance_account), "MODELGATE_PREFIX": platform.prefix}
    command = [sys.executable, "-m", "modelgate.cli", *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_decision_is_proved_from_the_stores_and_from_an_archive(lender: Member, gate: Gate, tmp_path: Path) -> None:
    """Everything it rests on is read by version; the archive needs nothing but itself and the published keys."""
    arn = lender.register("loan-approval", lender.prepare("sound"))
    assert gate.verdict(arn).verdict == "approved"

    stored = modelgate(gate, "verify", arn)
    exported = modelgate(gate, "export", arn, "--to", tmp_path / "decision.tar", "--with-models")
    keys = gate.platform.folder / "signing-keys.json"
    archived = subprocess.run(
        [sys.executable, "-m", "modelgate.cli", "verify", tmp_path / "decision.tar", "--keys", keys],
        env={"PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (stored.returncode, stored.stderr) == (0, "")
    assert "proved: all of it holds" in stored.stdout
    assert (exported.returncode, exported.stderr) == (0, "")
    assert (archived.returncode, archived.stderr) == (0, "")
    assert "proved: all of it holds" in archived.stdout


def test_only_what_the_record_approves_is_deployable(lender: Member, gate: Gate) -> None:
    """The approved one from its copy in the artifact store; the rejected one not, whatever its flag says."""
    good, bad = (lender.register("loan-approval", lender.prepare(kind)) for kind in ("sound", "guessing"))
    gate.verdict(good)
    gate.verdict(bad)
    gate.sagemaker.update_model_package(ModelPackageArn=bad, ModelApprovalStatus="Approved")

    yes, no = modelgate(gate, "deployable", good), modelgate(gate, "deployable", bad)

    assert (yes.returncode, no.returncode) == (0, 1)
    assert "Model.0: s3://" in yes.stdout
    assert "which says rejected" in no.stdout
