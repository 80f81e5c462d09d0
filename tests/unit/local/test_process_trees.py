"""Whoever ends an instance must find everything under it."""

import os
import subprocess
import sys

import pytest

from local.processes import descendants


def test_children_are_found_where_there_is_no_ps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare machine, or a PATH without it, once left servers behind."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        monkeypatch.setenv("PATH", "/nowhere")
        found = descendants(os.getpid())
        child.communicate(b"\n")

    assert child.pid in found
