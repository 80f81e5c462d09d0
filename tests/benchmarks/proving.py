"""How long it takes to prove one decision again from an exported archive: 8 reports, with few facts and with many."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import boto3
from modelgate.aws.exhibits import StoredExhibits
from modelgate.aws.objects import Bucket
from modelgate.evidence.checked import CheckState
from modelgate.evidence.envelope import open_envelope
from modelgate.evidence.export import write_archive
from modelgate.evidence.exported import open_archive
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.evidence.verification import verify
from moto import mock_aws

from deploy.progress import Progress
from tests.benchmarks.figures import Figure, Findings
from tests.benchmarks.spread import Spread
from tests.unit.signing_made_up import signing_keys_document
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, GOVERNANCE, STORE, World

TOPIC = "proof"
_EXTRA_REPORTS, _RUNS = 5, 5  # beside the three of every package of the world
_VALUES = (1, 1200)  # that each extra report has more


def measure(progress: Progress) -> Findings:
    """Make decisions by the real steps, export them, and verify each file: in this process, and by the command."""
    figures: list[Figure] = []
    faults: list[str] = []
    for values in _VALUES:
        progress.say(f"proof: a decision on 8 reports, {values} values more in five of them")
        with tempfile.TemporaryDirectory() as folder:
            path, keys = Path(folder, "decision.tar"), Path(folder, "signing-keys.json")
            facts = _export(path, keys, values)
            command = [sys.executable, "-m", "modelgate.cli", "verify", str(path), "--keys", str(keys)]
            inside, outside = _timed(lambda: _is_proved(path, keys)), _timed(lambda: _ends_well(command))  # noqa: B023 - called at once
            name = f"8 reports, {facts} facts, an archive of {path.stat().st_size // 1024} KiB"
        for what, (spread, fine) in {name: inside, f"{name}, by modelgate verify": outside}.items():
            figures.append(
                Figure(topic=TOPIC, name=what, value=spread.range("s of a processor"), numbers=spread.numbers())
            )
            faults += [] if fine else [f"{what}: a decision was not proved from its own archive"]
    return Findings(figures=tuple(figures), faults=tuple(faults))


def _export(path: Path, keys: Path, values: int) -> int:
    """Write archive and keys; return how many facts the decision rests on."""
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id=GOVERNANCE, aws_secret_access_key="test")
        world = World(s3=s3)
        for number in range(_EXTRA_REPORTS):
            world.report(f"extra-{number}", _report(values))
        arn = world.register()
        world.run(arn)
        envelope = world.envelope(arn)
        sealed = open_envelope(envelope)
        stores = StoredExhibits(
            evidence=Bucket(s3=s3, name=EVIDENCE, owner=None), artifacts=Bucket(s3=s3, name=STORE, owner=None)
        )
        with path.open("wb") as file:
            write_archive(file, envelope, sealed, stores, with_models=True)
        keys.write_bytes(signing_keys_document([world.signer]))
    return len(sealed.record.subject.facts)


def _report(values: int) -> bytes:
    section = "binary_classification_metrics"
    more = {f"m{at}": {"value": at / 7, "standard_deviation": 0.01} for at in range(values)}
    return json.dumps({section: {**made_up.quality(auc=0.81)[section], **more}}).encode()


def _is_proved(path: Path, keys: Path) -> bool:
    archive = open_archive(path)
    found = verify(archive.sealed, archive, PublicKeys(SigningKeys.from_json(keys.read_bytes())))
    return found.state is CheckState.PROVED


def _ends_well(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _timed(prove: Callable[[], bool]) -> tuple[Spread, bool]:
    """Processor time, that of ended children included: nothing here waits for anybody, and the machine is shared."""
    samples, fine = [], True
    for _ in range(_RUNS):
        began = sum(os.times()[:4])
        fine = prove() and fine
        samples.append(sum(os.times()[:4]) - began)
    return Spread.of(samples), fine
