"""Cold import and size of each Lambda zip, beside what every function pays: a bare `import boto3`."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from deploy import lambdas
from deploy.progress import Progress
from local.ministack.functions import RUNTIME_PACKAGES
from tests.benchmarks.figures import Figure, Findings
from tests.benchmarks.spread import Spread

TOPIC = "Lambda zips"
BARE = "import boto3"
RUNS = 9
CLIENTS = {"copy_artifacts": ("s3", "sqs"), "start_approval": ("s3", "sqs", "dynamodb", "sagemaker")}
_MIB = 1024 * 1024
# As on Lambda: the standard library, the zip and the runtime's boto3, nothing else of this development environment.
_PROGRAM = """
import sys, time
sys.path[:] = [*sys.path, *sys.argv[1:-1]]
began = time.perf_counter()
exec(sys.argv[-1])
print(time.perf_counter() - began)
"""
# What Terraform sets; an import reads it and calls nobody.
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "222222222222",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "MODELGATE_ARTIFACT_STORE": "artifacts",
    "MODELGATE_CLAIMS_TABLE": "claims",
    "MODELGATE_DEAD_LETTER_QUEUE_URL": "http://localhost/dead",
    "MODELGATE_GATE_DIGEST": f"sha256:{'0' * 64}",
    "MODELGATE_MAX_RUNNING_EXECUTIONS": "4",
    "MODELGATE_PIPELINE_NAME": "approval",
    "MODELGATE_QUEUE_URL": "http://localhost/queue",
    "MODELGATE_RETRY_SECONDS": "1",
    "MODELGATE_PARTITION": "aws",
    "MODELGATE_REGION": "eu-west-1",
    "MODELGATE_WAIT_SECONDS": "6",
    "POWERTOOLS_METRICS_NAMESPACE": "modelgate",
    "POWERTOOLS_SERVICE_NAME": "bench",
}


def measure(progress: Progress) -> Findings:
    """Import each handler and boto3 by turns, each time in a process of its own, and compare within each turn."""
    zips = lambdas.build()
    with tempfile.TemporaryDirectory() as folder:
        runtime = _runtime(Path(folder, "runtime"))
        programs = {BARE: ([str(runtime)], BARE)}
        for each in zips:
            place = Path(folder, each.function)
            zipfile.ZipFile(each.path).extractall(place)
            programs[each.function] = ([str(place), str(runtime)], "import handler")
            programs[_clients(each.function)] = ([str(runtime)], _with_clients(each.function))
        samples = _turns(programs, progress)
    bare = samples[BARE]
    figures = [_seconds(BARE, bare)]
    for each in zips:
        own = samples[each.function]
        ratio = Spread.of([mine / theirs for mine, theirs in zip(own, bare, strict=True)])
        figures += [
            _seconds(f"{each.function}: cold import", own),
            _seconds(_clients(each.function), samples[_clients(each.function)]),
            Figure(
                topic=TOPIC,
                name=f"{each.function}: to bare boto3",
                value=ratio.range("times"),
                numbers=ratio.numbers(),
            ),
            Figure(
                topic=TOPIC,
                name=f"{each.function}: size",
                value=f"{each.bytes / 1024:.0f} KiB",
                numbers={"bytes": each.bytes},
                aim=f"under {lambdas.MAX_BYTES // _MIB} MiB",
                met=each.bytes < lambdas.MAX_BYTES,
            ),
        ]
    return Findings(figures=tuple(figures))


def _clients(function: str) -> str:
    return f"{function}: of it boto3 with {len(CLIENTS[function])} clients"


def _with_clients(function: str) -> str:
    """What any function with these clients pays."""
    return f"{BARE}\nfor name in {CLIENTS[function]}: boto3.client(name)"


def _turns(programs: Mapping[str, tuple[list[str], str]], progress: Progress) -> dict[str, list[float]]:
    samples: dict[str, list[float]] = {name: [] for name in programs}
    for turn in range(RUNS + 1):
        progress.hint(f"cold imports: turn {turn} of {RUNS}")
        for name, (path, statement) in programs.items():
            seconds = _imported(path, statement)
            if turn:  # the first one only fills the file cache
                samples[name].append(seconds)
    return samples


def _imported(path: list[str], statement: str) -> float:
    # -B: a zip holds no compiled files and Lambda's folder takes none, so every cold start compiles.
    command = [sys.executable, "-I", "-S", "-B", "-c", _PROGRAM, *path, statement]
    environment = {"PATH": os.environ["PATH"], **_ENVIRONMENT}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(answer.stdout.split()[-1])


def _runtime(folder: Path) -> Path:
    """A folder with what Lambda's Python brings: boto3 and what it needs."""
    folder.mkdir()
    for name in RUNTIME_PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise ImportError(f"{name} is not installed; run `make install`")
        origin = Path(spec.origin)
        source = origin.parent if spec.submodule_search_locations else origin
        (folder / source.name).symlink_to(source)
    return folder


def _seconds(name: str, samples: list[float]) -> Figure:
    spread = Spread.of(samples)
    return Figure(topic=TOPIC, name=name, value=spread.range("s"), numbers=spread.numbers())
