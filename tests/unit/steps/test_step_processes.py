"""The steps as processes: arguments, files, exit code and exit message."""

import json
from pathlib import Path

import pytest
from modelgate.contracts.check_report import CheckReport, Runtime
from modelgate.errors import BindingError, InfrastructureError
from modelgate.steps import check, run, update
from modelgate.steps.arguments import Arguments
from modelgate.steps.package_digest import package_digest

from tests.unit.steps.test_sample_defects_in_steps import argv
from tests.unit.steps.world import World


@pytest.fixture
def ml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """SageMaker's folder."""
    monkeypatch.setenv("MODELGATE_ML_ROOT", str(tmp_path))
    return tmp_path


def message(ml: Path) -> str:
    """What the job's exit message would be."""
    return (ml / "output" / "message").read_text(encoding="utf-8")


def test_both_steps_pass_a_package_through_files(world: World, ml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """checks.json goes from the output of one to the input of the other; both exit 0."""
    arn = world.register()
    arguments = argv(
        gate_digest=world.gate_digest,
        policy_digest=world.policy_digest,
        signing_keys_digest=world.signing_keys_digest,
    )
    for step in (check, update):
        monkeypatch.setattr(step, "clients_for", lambda region: world.clients)

    assert check.main(arguments) == run.DECIDED
    assert message(ml).startswith("approve: ")
    report = ml / "processing" / "output" / "checks" / "checks.json"
    assert CheckReport.from_json(report.read_bytes()).binding.package_arn == arn
    given = ml / "processing" / "input" / "checks"
    given.mkdir(parents=True)
    report.rename(given / "checks.json")
    assert update.main(arguments) == run.DECIDED
    assert message(ml).startswith("Approved by policy credit v1: ")
    assert world.status(arn) == "Approved"


def test_a_missing_check_report_is_refused(ml: Path) -> None:
    """No file, no verdict."""
    assert update.main(argv()) == run.REFUSED
    assert message(ml).startswith("there is no check report")


@pytest.mark.parametrize(
    ("error", "code"),
    [(InfrastructureError("s3 is down"), 75), (BindingError("not yours"), 1), (ZeroDivisionError("bug"), 70)],
)
def test_trouble_ends_in_a_non_zero_code_with_a_sentence(ml: Path, error: Exception, code: int) -> None:
    """Infrastructure, refusal and our own faults have codes of their own; none is a verdict."""

    def step() -> str:
        raise error

    assert run.run(step) == code
    assert str(error) in message(ml)


def test_the_exit_message_keeps_to_the_bytes_that_are_read(ml: Path) -> None:
    """1,024 bytes of whole UTF-8 characters, on one line."""
    run.run(lambda: "é\n" * 900)

    data = (ml / "output" / "message").read_bytes()
    assert len(data) <= 1024
    assert data.decode().replace("é ", "") in ("", "é")


def test_a_message_that_cannot_be_written_hides_nothing(ml: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code and stderr still say what happened."""
    (ml / "output").write_text("in the way")

    assert run.run(lambda: "approve: fine") == run.DECIDED
    assert "approve: fine" in capsys.readouterr().err


def test_a_process_runs_only_the_code_that_was_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process, the image digest is that of the installed package."""
    monkeypatch.setenv("MODELGATE_RUNTIME", "process")

    assert Arguments.parse("check", "", argv(image_digest=package_digest())).runtime is Runtime.PROCESS
    with pytest.raises(BindingError, match="but the installed package is sha256:"):
        Arguments.parse("check", "", argv())


def test_an_unknown_runtime_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the image digest means depends on it."""
    monkeypatch.setenv("MODELGATE_RUNTIME", "serverless")

    with pytest.raises(BindingError, match="MODELGATE_RUNTIME is 'serverless'; one of: container, process"):
        Arguments.parse("check", "", argv())


def test_a_check_report_survives_its_file(world: World) -> None:
    """Written and read back, it is the same, byte for byte."""
    report = world.check(world.register(late=("bias.json",)))

    assert CheckReport.from_json(report.to_json()) == report
    assert json.loads(report.to_json())["schema"] == "modelgate/check-report/v3"
