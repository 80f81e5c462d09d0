"""An engine of our own lives only as long as it is needed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.engine import EngineUnavailableError, engine, engine_answers, why_none_can_start

ROOT = Path(__file__).resolve().parents[2]
STARTER = """
import time
from deploy.engine import engine
with engine() as host:
    print(host, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def no_engine_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point at an address where no engine answers."""
    if reason := why_none_can_start():
        pytest.skip(reason)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")


def processes_of(folder: Path) -> list[str]:
    """Command lines of living processes that name *folder*."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


@pytest.mark.usefixtures("engine_host", "no_engine_yet")
def test_an_engine_of_our_own_leaves_nothing_behind() -> None:
    """Beside a running engine another one starts, answers, and is gone afterwards: process, mounts and folder."""
    with engine() as host:
        folder = Path(host.removeprefix("unix://")).parent
        assert engine_answers(host)
        assert processes_of(folder)

    assert not engine_answers(host)
    assert processes_of(folder) == []
    assert str(folder) not in Path("/proc/self/mounts").read_text()
    assert not folder.exists()


@pytest.mark.usefixtures("engine_host", "no_engine_yet")
def test_an_engine_ends_with_whoever_started_it() -> None:
    """However the starting process dies, its engine stops and its folder goes."""
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, cwd=ROOT) as starter:
        assert starter.stdout is not None
        host = starter.stdout.readline().strip()
        folder = Path(host.removeprefix("unix://")).parent
        assert engine_answers(host)
        starter.kill()

    for _ in range(300):
        if not folder.exists():
            break
        time.sleep(0.1)

    assert not folder.exists()
    assert processes_of(folder) == []


def test_a_running_engine_is_used_and_left_running(engine_host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that answers already is never stopped."""
    monkeypatch.setenv("DOCKER_HOST", engine_host)

    with engine() as host:
        assert host == engine_host

    assert engine_answers(engine_host)


def test_a_machine_without_an_engine_gets_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where nothing answers and nothing is installed, the refusal says what to install."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    monkeypatch.setattr("deploy.engine._dockerd", lambda: None)

    with pytest.raises(EngineUnavailableError, match=r"dockerd is not installed; install docker\.io"), engine():
        pytest.fail("there is an engine")


@pytest.mark.usefixtures("no_engine_yet")
def test_an_engine_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """When dockerd ends at once, its last words are in the refusal and nothing stays behind."""
    before = set(Path("/tmp").glob("modelgate-engine-*"))  # noqa: S108 - where the engine puts them
    monkeypatch.setattr("deploy.engine._dockerd", lambda: "/bin/false")

    with pytest.raises(EngineUnavailableError, match="dockerd was started and did not come up"), engine():
        pytest.fail("there is an engine")

    assert set(Path("/tmp").glob("modelgate-engine-*")) == before  # noqa: S108 - where the engine puts them


def test_a_garbled_engine_does_not_answer(tmp_path: Path) -> None:
    """A file where the socket should be is no engine."""
    path = tmp_path / "docker.sock"
    path.write_text("not a socket")

    assert not engine_answers(f"unix://{path}")
