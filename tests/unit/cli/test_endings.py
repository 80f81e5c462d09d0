"""Whatever goes wrong is one sentence on stderr and an exit code, never a traceback."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from modelgate.cli.ending import Exit, guarded
from modelgate.cli.printing import plain
from modelgate.errors import InfrastructureError, PolicyError

from tests.unit.cli.running import run
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import World

SCRIPT = Path(sys.executable).parent / "modelgate"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chek"], "No such command 'chek'"),
        (["check"], "Missing argument"),
        (["check", "nowhere"], "neither a path that exists nor an ARN"),
        (["check", "arn:aws:s3:::bucket"], "is not the ARN of a versioned model package"),
        (["check", ".", "--polices", "x"], "No such option"),
        (["policy", "lint", "nowhere"], "does not exist"),
        (["explain", "nowhere"], "neither a file nor an ARN"),
        (["review", "loan-approval/1", "--approve", "--reason", "x"], "is not the ARN of a versioned model package"),
        (["decisions", "--since", "yesterday"], "is no day"),
        (["decisions"], "nothing says where the platform is"),
    ],
)
def test_wrong_usage_is_one_sentence(words: list[str], says: str) -> None:
    """It says what was wrong, points to the help, prints nothing on stdout, and leaves with 2."""
    ran = run(*words)

    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert says in ran.err
    assert ran.err.count("\n") == 1
    assert "--help" in ran.err


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (PolicyError("a.yaml:1:1: one\nb.yaml:2:2: two"), Exit.FAULTS, "a.yaml:1:1: one\nb.yaml:2:2: two\n"),
        (InfrastructureError("reading x failed: ExpiredToken"), Exit.TROUBLE, "log in again"),
        (PermissionError(13, "Permission denied", "/x"), Exit.USAGE, "/x: Permission denied\n"),
        (KeyError("x"), Exit.INTERNAL, "modelgate itself failed (KeyError('x')); report it"),
        (KeyboardInterrupt(), Exit.INTERRUPTED, "interrupted\n"),
    ],
)
def test_each_kind_of_trouble_has_its_code(
    error: BaseException, code: Exit, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scripts tell a rejected model from a missing login."""

    def failing() -> None:
        raise error

    assert guarded(failing) == code
    assert says in capsys.readouterr().err


def test_a_fault_of_modelgate_shows_its_traceback_only_when_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment variable that the sentence names gives what a report of the fault needs."""

    def failing() -> None:
        raise KeyError("x")

    guarded(failing)
    assert "Traceback" not in capsys.readouterr().err
    monkeypatch.setenv("MODELGATE_TRACEBACK", "1")
    guarded(failing)
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_ends_a_command_with_a_sentence(tmp_path: Path) -> None:
    """A pipe that nobody writes to keeps the command waiting; SIGINT ends it."""
    (tmp_path / "quality.json").write_text("{}")
    os.mkfifo(tmp_path / "bundle")
    code = "import sys, modelgate.cli; sys.stderr.write('up\\n'); sys.stderr.flush(); modelgate.cli.main()"
    words = [sys.executable, "-c", code, "check", tmp_path, "--group", "g", "--policies", tmp_path / "bundle"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    process.stderr.readline()
    time.sleep(2)  # until the command is at work; earlier, Python itself would be interrupted
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)

    assert (process.returncode, err) == (Exit.INTERRUPTED, "interrupted\n")


def test_a_closed_pipe_is_no_fault() -> None:
    """``modelgate … | head`` ends quietly."""
    with subprocess.Popen([SCRIPT, "--version"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, err = process.communicate(timeout=20)

    assert (process.returncode, err) == (Exit.PIPE_CLOSED, b"")


def test_a_stream_without_the_characters_shows_others(world: World, tmp_path: Path) -> None:
    """A terminal in ASCII gets question marks, not a crash: digests are cut with an ellipsis, tables have lines."""
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.4)})
    world.run(arn)
    (tmp_path / "record.json").write_bytes(world.envelope(arn))
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PATH": "/usr/bin:/bin"}

    words = [SCRIPT, "explain", tmp_path / "record.json", "--all"]
    whole = subprocess.run(words, capture_output=True, check=False, env=environment)
    short = subprocess.run(words[:-1], capture_output=True, check=False, env=environment)

    assert (whole.returncode, whole.stderr, short.returncode, short.stderr) == (0, b"", 0, b"")
    assert b"?" in short.stdout


def test_names_cannot_command_a_terminal() -> None:
    """Escape sequences and line breaks in the name of a facet become spaces."""
    assert plain("race=\x1b[31mred\n\x07") == "race= [31mred  "
