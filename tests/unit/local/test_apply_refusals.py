"""What `make up` refuses before it starts anything."""

from pathlib import Path

import pytest

from local import apply
from local.state import Folder


def test_without_terraform_no_instance_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An embedded AWS with nothing applied would stay behind, half done."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert apply.main(["--name", "never-started"]) == 1
    assert capsys.readouterr().err == "error: there is no terraform on PATH; install Terraform 1.11 or newer\n"
    assert not Folder.of("never-started").path.exists()
