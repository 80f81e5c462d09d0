"""The zips: same bytes each time, small, pure Python, and importable on their own."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy import lambdas
from deploy.lambdas import FUNCTIONS, MAX_BYTES, Zip, build, contents, main, write_zip

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "222222222222",
    "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_SERVICE_NAME": "function",
    "POWERTOOLS_METRICS_NAMESPACE": "modelgate",
    "MODELGATE_ARTIFACT_STORE": "store",
    "MODELGATE_GATE_DIGEST": "sha256:" + "0" * 64,
    "MODELGATE_DEAD_LETTER_QUEUE_URL": "https://queue",
    "MODELGATE_QUEUE_URL": "https://queue",
    "MODELGATE_CLAIMS_TABLE": "claims",
    "MODELGATE_PIPELINE_NAME": "pipeline",
    "MODELGATE_PARTITION": "aws",
    "MODELGATE_REGION": "eu-west-1",
    "MODELGATE_WAIT_SECONDS": "3",
    "MODELGATE_RETRY_SECONDS": "1",
    "MODELGATE_MAX_RUNNING_EXECUTIONS": "4",
    "MODELGATE_SIGNING_KEYS_DIGEST": "sha256:" + "0" * 64,
    "MODELGATE_DEAD_LETTER_QUEUE_URLS": '["https://queue"]',
    "MODELGATE_UNDECIDED_SECONDS": "60",
    "MODELGATE_MAX_ATTEMPTS": "3",
    "MODELGATE_EVENT_BUS": "default",
}


@pytest.fixture(scope="module")
def zips() -> dict[str, Zip]:
    """Every zip, built as `make lambdas` builds them."""
    return {built.function: built for built in build()}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_zip_is_small(zips: dict[str, Zip], function: str) -> None:
    """A cold start downloads it."""
    assert zips[function].bytes < MAX_BYTES


def test_the_same_sources_give_the_same_bytes(zips: dict[str, Zip]) -> None:
    """A second build changes nothing, so a second plan has nothing to deploy."""
    assert {built.function: built.sha256 for built in build()} == {name: z.sha256 for name, z in zips.items()}


def test_order_and_times_of_files_do_not_matter(tmp_path: Path) -> None:
    """Another checkout, another clock: the same zip."""
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("1")
    other.write_text("2")
    write_zip(tmp_path / "a.zip", {"one.py": one, "other.py": other})
    os.utime(one, (1, 1))
    one.chmod(0o600)
    write_zip(tmp_path / "b.zip", {"other.py": other, "one.py": one})

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_zip_imports_from_itself_alone(zips: dict[str, Zip], function: str, tmp_path: Path) -> None:
    """Everything but boto3 comes out of the zip, under the handler's name that Terraform gives."""
    with zipfile.ZipFile(zips[function].path) as archive:
        archive.extractall(tmp_path)
    kept = ("aws_lambda_powertools", "jmespath", "securesystemslib", "typing_extensions")
    ours = ("handler", "lambdas", "modelgate", *kept)
    code = (
        "import handler, json, sys\n"
        "assert callable(handler.handler)\n"
        f"modules = [m for name, m in sys.modules.items() if name.partition('.')[0] in {ours}]\n"
        "print(json.dumps([m.__file__ for m in modules if m.__file__]))"
    )

    answer = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=tmp_path,
        env={**ENVIRONMENT, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr
    assert [file for file in json.loads(answer.stdout) if not Path(file).is_relative_to(tmp_path)] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_zip_carries_only_the_doors_and_adapters_of_modelgate(function: str) -> None:
    """Policies, reports and steps have no place in a function; only the audit knows what proves a decision."""
    parts = {name.split("/")[1] for name in contents(function) if name.startswith("modelgate/")}
    more = {"audit": {"audit", "evidence"}}.get(function, set())

    assert parts == {"__init__.py", "errors.py", "contracts", "aws"} | more


def test_the_functions_do_not_carry_each_other() -> None:
    """Each zip holds its own folder and what both share."""
    assert not [name for name in contents("copy_artifacts") if "start_approval" in name or "claims" in name]
    assert not [name for name in contents("start_approval") if "copy_artifacts" in name or "copies" in name]


def test_a_requirement_with_a_binary_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would run on one architecture only, and fail in the other's cold start."""
    (tmp_path / "fast").mkdir()
    (tmp_path / "fast" / "fast.cpython-313-x86_64-linux-gnu.so").write_bytes(b"\x7fELF")
    monkeypatch.setattr(lambdas, "_installed", lambda output: tmp_path)

    with pytest.raises(lambdas.BuildError, match="binaries"):
        build(tmp_path / "out")


def test_a_failed_install_ends_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A requirement without a hash is refused by pip; nothing half built stays, and the exit code says so."""
    lock = tmp_path / "lambda.txt"
    lock.write_text("aws-lambda-powertools==3.37.0\n")
    monkeypatch.setattr(lambdas, "REQUIREMENTS", lock)
    monkeypatch.setattr(build, "__defaults__", (tmp_path / "out",))

    assert main(["build"]) == 1
    assert "error: pip could not install lambda.txt" in capsys.readouterr().err
    assert list((tmp_path / "out").glob("*.zip")) == []
