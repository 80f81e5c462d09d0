"""How long a candidate policy takes over an archive of decisions, on disk and in S3; and 50 checks over one package."""

import json
import logging
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
from modelgate.aws.decisions import list_decisions
from modelgate.aws.many_decisions import read_records
from modelgate.aws.objects import Bucket
from modelgate.contracts.layout import decision_key
from modelgate.evaluate import evaluate
from modelgate.evidence.envelope import seal
from modelgate.evidence.record import EvidenceRecord, Outcome
from modelgate.policy.load import load_folder
from modelgate.policy.model import Bundle
from modelgate.replay.archive import Question, pack, replay_records
from moto.server import ThreadedMotoServer

from deploy.paths import ROOT
from deploy.progress import Progress
from tests.benchmarks.figures import Figure, Findings
from tests.benchmarks.spread import Spread
from tests.unit.replay.archive import archive
from tests.unit.signing_made_up import TestSigner

TOPIC = "replay"
DECISIONS, DISTINCT, IN_S3 = 100_000, 2_000, 1_000
AIM_SECONDS, AIM_MIB = 5.0, 500.0
_RUNS, _MIB = 5, 1024 * 1024
_TROUBLED = 0.35  # of the packages; a third or so of them is refused or held
# One process that runs the command and says, when it has ended, how long it took and how much memory it held in all.
_WATCHED = """
import json, os, resource, subprocess, sys, threading, time
began = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
peak, done = 0, threading.Event()
def held(pid):
    pages = 0
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            pages = sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        children = open(f"/proc/{pid}/task/{pid}/children").read().split()
    except OSError:
        return 0
    return pages + sum(held(one) for one in children)
def watch():
    global peak
    while not done.wait(0.02):
        peak = max(peak, held(child.pid))
watcher = threading.Thread(target=watch)
watcher.start()
output = child.stdout.read()
code = child.wait()
seconds = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
done.set(); watcher.join()
document = json.loads(output)
counts = {"decisions": document["decisions"], "flips": len(document["flips"])}
cost = {"seconds": seconds, "mib": peak / 1024, "cpu": used.ru_utime + used.ru_stime}
print(json.dumps({**cost, "code": code, **counts}))
"""


def measure(progress: Progress) -> Findings:
    """Pack an archive, then ask the command line about it, each time in a process of its own."""
    bundle = load_folder(ROOT / "policies")
    progress.say(f"replay: judging {DISTINCT} distinct packages by policy credit")
    records = tuple(archive(DISTINCT, bundle, troubled=_TROUBLED))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "archive")
        progress.say(f"replay: packing {DECISIONS} decisions")
        pack(place, _many(records))
        size = sum(path.stat().st_size for path in place.rglob("*.json"))
        candidate = _stricter(Path(folder, "stricter.json"), bundle)
        progress.say(f"replay: {_RUNS} runs over {size / _MIB:.0f} MiB")
        runs = [_run(place, candidate) for _ in range(_RUNS)]
    faults = tuple(
        f"a replay saw {run['decisions']} decisions, expected {DECISIONS}"
        for run in runs
        if run["decisions"] != DECISIONS
    )
    checks = len(next(policy for policy in bundle.policies if policy.name == "credit").checks)
    return Findings(
        figures=(
            *_packed(runs, size, checks, records),
            _from_s3(records, bundle, progress),
            _fifty(records[0], bundle),
        ),
        faults=faults,
    )


def _packed(runs: list[Any], size: int, checks: int, records: tuple[EvidenceRecord, ...]) -> Iterator[Figure]:
    seconds, held = (Spread.of([run[what] for run in runs]) for what in ("seconds", "mib"))
    mix = Counter(record.outcome for record in records)
    shares = ", ".join(f"{mix[outcome] * 100 // len(records)} % {outcome}" for outcome in Outcome if mix[outcome])
    yield Figure(
        topic=TOPIC,
        name=f"{DECISIONS} decisions of {checks} checks ({shares}), packed in {size / _MIB:.0f} MiB",
        value=seconds.range("s"),
        numbers=seconds.numbers(),
        aim=f"within {AIM_SECONDS:.0f} s",
        met=seconds.median <= AIM_SECONDS,
    )
    cpu = Spread.of([run["cpu"] for run in runs])
    yield Figure(
        topic=TOPIC, name="of it processor time, all processes together", value=cpu.range("s"), numbers=cpu.numbers()
    )
    yield Figure(
        topic=TOPIC,
        name="of it memory, all processes together",
        value=held.range("MiB", digits=0),
        numbers=held.numbers(),
        aim=f"within {AIM_MIB:.0f} MiB",
        met=held.max <= AIM_MIB,
    )
    yield Figure(topic=TOPIC, name="verdicts that flip under auc at least 0.72", value=str(runs[0]["flips"]))


def _many(records: tuple[EvidenceRecord, ...]) -> Iterator[EvidenceRecord]:
    """The distinct decisions again and again, each time in groups of another name."""
    for copy in range(DECISIONS // DISTINCT):
        for record in records:
            subject = record.subject
            group = replace(subject.group, name=f"{subject.group.name}-{copy}")
            arn = subject.package_arn.replace(f"/{subject.group.name}/", f"/{group.name}/")
            moved = replace(record.report, subject=replace(subject, group=group, package_arn=arn))
            yield replace(record, decision_id=f"{group.name}/{arn.rpartition('/')[2]}/run", report=moved)


def _stricter(path: Path, bundle: Bundle) -> Path:
    """A candidate that changes something: auc at least 0.72."""
    policies = []
    for policy in bundle.policies:
        checks = tuple(
            replace(check, bound=replace(check.bound, min=0.72)) if check.id == "auc" and check.bound else check
            for check in policy.checks
        )
        policies.append(replace(policy, version=policy.version + 1, checks=checks))
    path.write_bytes(replace(bundle, version=bundle.version + 1, policies=tuple(policies)).to_json())
    return path


def _run(place: Path, candidate: Path) -> Any:
    command = [sys.executable, "-m", "modelgate.cli", "replay", "--policy", str(candidate), "--archive", str(place)]
    watched = [sys.executable, "-c", _WATCHED, *command, "--json"]
    return json.loads(subprocess.run(watched, capture_output=True, check=True).stdout)


def _from_s3(records: tuple[EvidenceRecord, ...], bundle: Bundle, progress: Progress) -> Figure:
    """Listing, reading and judging records in an S3 on loopback; what it takes there is mostly that server's time."""
    progress.say(f"replay: {IN_S3} decisions in S3")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        keys = {"aws_access_key_id": "222222222222", "aws_secret_access_key": "test"}
        s3 = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="eu-west-1", **keys)
        s3.create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_bucket_versioning(Bucket="evidence", VersioningConfiguration={"Status": "Enabled"})
        signer = TestSigner()
        for record in records[:IN_S3]:
            group, version, execution = record.decision_id.split("/")
            s3.put_object(
                Bucket="evidence", Key=decision_key(group, int(version), execution), Body=seal(record, signer)
            )
        began = time.perf_counter()
        bucket = Bucket(s3=s3, name="evidence", owner=None)
        summary = replay_records(read_records(bucket, list_decisions(bucket)), Question(bundle=bundle))
        rate = summary.decisions / (time.perf_counter() - began)
    finally:
        server.stop()
    name = f"decisions a second from S3 on loopback ({IN_S3} records, read 16 at a time)"
    return Figure(topic=TOPIC, name=name, value=f"{rate:.0f}", numbers={"per_second": rate})


def _fifty(record: EvidenceRecord, bundle: Bundle) -> Figure:
    """50 checks on the facts of one package, with sentences, as the step judges it."""
    credit = next(policy for policy in bundle.policies if policy.name == "credit")
    checks = tuple(
        replace(check, id=f"{check.id}-{copy}")
        for copy in range(50 // len(credit.checks) + 1)
        for check in credit.checks
    )[:50]
    policy = replace(credit, checks=checks)
    samples = []
    for _ in range(200):
        began = time.perf_counter()
        results = evaluate(record.subject, policy)
        samples.append((time.perf_counter() - began) * 1000)
    spread = Spread.of(samples)
    name = f"50 checks, {len(results)} results, on {len(record.subject.facts)} parsed facts"
    return Figure(
        topic="judging", name=name, value=spread.percentiles("ms"), numbers=spread.numbers(), aim="milliseconds"
    )
