"""What the make targets refuse: one sentence, a non-zero exit code, nothing done."""

import io
from pathlib import Path

import pytest

from deploy.image_record import ImageRecord, Kind
from deploy.lambdas import FUNCTIONS
from deploy.paths import ROOT
from deploy.terraform import inputs
from deploy.terraform.__main__ import main
from deploy.terraform.errors import DeployError
from deploy.terraform.values import Environment

RECORD = ImageRecord(
    repository_url="222222222222.dkr.ecr.eu-west-1.amazonaws.com/gate", digest=f"sha256:{'a' * 64}", kind=Kind.CONTAINER
)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which everything that governance needs has been built."""
    paths = [tmp_path / "policy-bundle.json", *(tmp_path / f"{name}.zip" for name in FUNCTIONS)]
    for path in (*paths, tmp_path / "evaluations.json"):
        path.write_text("{}")
    monkeypatch.setattr(inputs, "ROOT", tmp_path)
    monkeypatch.setattr(inputs, "policy_bundle", lambda _: paths[0])
    monkeypatch.setattr(inputs, "ZIPS", {path.stem: path for path in paths[1:]})
    monkeypatch.setattr(inputs, "find_record", lambda _: RECORD)
    return tmp_path


def governance_inputs() -> dict[str, str]:
    environment = Environment.read("local")
    (governance,) = environment.targets("governance")
    return inputs.variables(environment, governance)


def test_governance_gets_the_image_by_digest_and_the_builds_by_path(built: Path) -> None:
    """The record's repository and digest make the address that the definition pins."""
    found = governance_inputs()

    assert found["image_uri"] == RECORD.image_uri
    assert (ROOT / "terraform/roots/governance" / found["policy_bundle_path"]).resolve() == built / "policy-bundle.json"
    assert not Path(found["policy_bundle_path"]).is_absolute()
    for name, path in (("evaluations_path", "evaluations.json"), ("prompts_folder", "prompts")):
        assert (ROOT / "terraform/roots/governance" / found[name]).resolve() == built / path


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("policy-bundle.json", "make policies ENV=local"),
        ("evaluations.json", "make policies ENV=local"),
        ("start_approval.zip", "make lambdas"),
    ],
)
def test_a_missing_build_is_named_with_the_command_that_makes_it(built: Path, name: str, command: str) -> None:
    """Nothing is applied with half of the builds."""
    (built / name).unlink()

    with pytest.raises(DeployError, match=f"{name} has not been built; run `{command}` first"):
        governance_inputs()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["plan"], 2, "say which environment: make plan ENV=local"),
        (["plan", "nowhere"], 1, "there is no environment 'nowhere'; known are: dev, local, prod, staging"),
        (["plan", "../local"], 1, "there is no environment '../local'; known are: dev, local, prod, staging"),
        (["plan", "dev", "--root", "gouvernance"], 1, "there is no root 'gouvernance'"),
        (["apply", "local", "--root", "organization"], 1, "the embedded AWS has no organisation"),
        (["destroy", "prod", "--yes"], 1, "prod is never destroyed from here"),
        (["destroy", "staging", "--yes"], 1, 'staging keeps its content (on_destroy = "refuse")'),
    ],
)
def test_a_refusal_is_one_sentence_and_a_non_zero_exit(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    """No traceback, nothing on standard output."""
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert len(shown.err.splitlines()) == 1
    assert shown.out == ""


def test_local_targets_need_the_embedded_aws(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is never started behind one's back."""
    monkeypatch.setenv("MODELGATE_INSTANCE", "never-started")

    assert main(["plan", "local"]) == 1
    said = "error: the embedded AWS 'never-started' is not running; start it with `make up`\n"
    assert capsys.readouterr().err == said


def test_missing_credentials_are_said_once_for_all_accounts(
    capsys: pytest.CaptureFixture[str], no_credentials: None
) -> None:
    """Not once for each target."""
    assert main(["plan", "dev"]) == 1
    said = "error: environment dev needs AWS credentials and the shell has none; log in to AWS and try again\n"
    assert capsys.readouterr().err == said


def test_a_real_environment_is_not_destroyed_when_there_is_nobody_to_ask(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a terminal only --yes goes on; an answer is never taken for granted."""
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))

    assert main(["destroy", "dev"]) == 1
    said = "error: there is nobody to ask; say YES=1 (--yes) to go on without being asked\n"
    assert capsys.readouterr().err == said
