"""What the MiniStack launcher settles before MiniStack is imported."""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.ministack.environment import configure
from local.ministack.pin import PINNED_VERSION, require_pinned_version
from local.ports import require_free
from local.state import ROOT, InstanceError


def test_server_gets_a_clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only PATH, locale and certificates are inherited; functions inherit all of it, so nothing else may be there."""
    given = {"PATH": "/bin", "SSL_CERT_FILE": "/ca.pem", "AWS_PROFILE": "work", "HTTPS_PROXY": "x", "AUTH": "true"}
    monkeypatch.setattr(os, "environ", dict(given))

    configure(port=4566, models_url=None, sagemaker_url="http://127.0.0.1:5001", state_dir=tmp_path)

    assert {name: os.environ.get(name) for name in given} == {
        "PATH": "/bin",
        "SSL_CERT_FILE": "/ca.pem",
        "AWS_PROFILE": None,
        "HTTPS_PROXY": None,
        "AUTH": None,
    }
    assert os.environ["BIND_HOST"] == "127.0.0.1"
    assert os.environ["AWS_ENDPOINT_URL_SAGEMAKER"] == "http://127.0.0.1:5001"
    assert os.environ["TMPDIR"] == str(tmp_path / "tmp")


def test_any_other_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The patches fit one version of MiniStack; with another the launcher leaves with a sentence naming both."""
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "9.9.9")

    with pytest.raises(SystemExit, match=f"ministack {PINNED_VERSION}, but 9.9.9 is installed; .*make install"):
        require_pinned_version()


def test_installed_version_is_the_pinned_one() -> None:
    """The locked requirements install what the patches were written for."""
    require_pinned_version()


@pytest.mark.parametrize("port", [70000, 1 << 40])
def test_impossible_port_is_a_sentence(port: int) -> None:
    """A number that is no port is refused like a taken one."""
    with pytest.raises(InstanceError, match=f"cannot listen on 127.0.0.1:{port}"):
        require_free(port)


@pytest.mark.parametrize("arguments", [["--help"], ["up", "--help"], ["down", "--help"], ["status", "--help"]])
def test_help_is_there(arguments: list[str]) -> None:
    """Every command explains itself."""
    shown = subprocess.run(
        [sys.executable, "-m", "local", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert shown.stdout.startswith("usage: python -m local")


@pytest.mark.parametrize("arguments", [[], ["sideways"], ["up", "--name", "../x"]])
def test_wrong_call_fails_with_a_message(arguments: list[str]) -> None:
    """A missing or unknown command and an impossible name end with a non-zero exit and a reason on stderr."""
    answer = subprocess.run([sys.executable, "-m", "local", *arguments], cwd=ROOT, capture_output=True, text=True)

    assert answer.returncode in {1, 2}
    assert "error" in answer.stderr
    assert "Traceback" not in answer.stderr
