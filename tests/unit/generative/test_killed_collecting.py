"""Runs that are killed or interrupted lose the part they were at, and nothing else."""

import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from modelgate.generative.collection import Collection
from modelgate.generative.records import read_answers

from tests.unit.generative.collecting_process import NUMBER, PART, run
from tests.unit.generative.misbehaving_server import Handler, Server, chat, serving

ROOT = Path(__file__).parents[3]
IN_TIME = 60  # seconds until the test gives up


def start(server: Server, folder: Path, *, seconds: float = 60) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.unit.generative.collecting_process", server.url, str(folder), str(seconds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def stored(folder: Path) -> list[str]:
    """The prompts whose answers are there to be read, whole."""
    files = [path for path in folder.iterdir() if path.suffix == ".jsonl"]
    return [one.prompt.text for path in files for one in read_answers(path.read_bytes().splitlines(keepends=True))]


class Watched:
    """A deterministic model that takes its time and tells when it has been asked often enough."""

    def __init__(self) -> None:
        self.enough = threading.Event()
        self.at = sys.maxsize

    def __call__(self, handler: Handler, body: dict[str, Any], before: int) -> None:
        if len(handler.server.asked) >= self.at:
            self.enough.set()
        handler.server.closing.wait(0.002)
        text = body["messages"][0]["content"]
        handler.give(chat(f"You asked: {text}"))

    def wait_for(self, asked: int) -> None:
        self.at = asked
        assert self.enough.wait(IN_TIME)
        self.at = sys.maxsize
        self.enough.clear()


def test_a_run_killed_again_and_again_asks_nothing_that_is_stored_and_ends_in_the_same_bytes(tmp_path: Path) -> None:
    """Two calls a prompt; at each kill some parts are stored and one is under way."""
    folder = tmp_path / "killed"
    folder.mkdir()
    model = Watched()
    with serving(model) as server:
        for more in (7, 95, 131):
            kept, begun = stored(folder), len(server.asked)
            process = start(server, folder)
            model.wait_for(begun + more)
            process.kill()
            process.communicate()

            assert process.returncode == -signal.SIGKILL
            assert set(server.asked[begun:]).isdisjoint(kept)
            assert len(stored(folder)) % PART == 0
        kept, begun = stored(folder), len(server.asked)
        last = start(server, folder)
        data, _ = last.communicate(timeout=IN_TIME)

        assert set(server.asked[begun:]).isdisjoint(kept)
        assert len(set(server.asked[begun:])) == NUMBER - len(kept)
        assert 0 < len(kept) < NUMBER
        assert data == run(server.url, tmp_path / "undisturbed", 60).to_json()
        assert Collection.from_json(data).parts == run(server.url, folder, 60).parts
    undisturbed = {path.name: path.read_bytes() for path in (tmp_path / "undisturbed").iterdir()}
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".jsonl"} == undisturbed


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_at_once(tmp_path: Path, how: signal.Signals) -> None:
    """Calls that are under way are not waited for, here for an hour, and nothing of their part is stored."""
    under_way = threading.Event()

    def hang(handler: Handler, body: dict[str, Any], before: int) -> None:
        under_way.set()
        handler.server.closing.wait(IN_TIME)

    with serving(hang) as server:
        process = start(server, tmp_path, seconds=3600)
        assert under_way.wait(IN_TIME)
        process.send_signal(how)
        process.communicate(timeout=IN_TIME)

    assert process.returncode == -how
    assert list(tmp_path.iterdir()) == []
