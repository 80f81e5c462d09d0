"""A collection from a faulty server is complete or was not made: never a silent gap."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from modelgate.errors import BudgetSpentError, InfrastructureError
from modelgate.generative.asking import CONTROL, Asking
from modelgate.generative.attempts import Attempts
from modelgate.generative.budget import Spending
from modelgate.generative.collecting import collect
from modelgate.generative.collection import Collection
from modelgate.generative.evaluation import Budget
from modelgate.generative.folder_store import FolderStore
from modelgate.generative.openai_target import OpenAITarget
from modelgate.generative.records import Answered, read_answers

from tests.unit.generative.asked_models import MODEL, PACE, PLENTY, asked, evaluation, lines
from tests.unit.generative.misbehaving_server import Handler, Server, chat, serving

LINES = lines(6)
HASTY = replace(PACE, attempts=2, timeout_seconds=0.3)
BAD = "question 4"

Act = Callable[[Handler], None]


def fine(handler: Handler) -> None:
    handler.give(chat("yes"))


def throttled(handler: Handler) -> None:
    handler.give(b"", status=429, Retry_After="1")


def broken(handler: Handler) -> None:
    handler.give(b"", status=500)


def silent(handler: Handler) -> None:
    handler.server.closing.wait(60)


def dripping(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.drip(chat("yes").ljust(5000), every=0.02)


def nothing(handler: Handler) -> None:
    handler.give(b"")


def enormous(handler: Handler) -> None:
    handler.give(b'{"choices":[' + b" " * 200_000)


def no_utf8(handler: Handler) -> None:
    handler.give(chat("yes").replace(b"yes", b"\xff"))


def midway(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(chat("yes"))


def refused(handler: Handler) -> None:
    handler.give(b"", status=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """*again*: another attempt may help; *sentence* is what is said of it."""

    act: Act
    again: bool
    sentence: str


FAULTS = {
    "throttled": Fault(act=throttled, again=True, sentence="the server answered 429"),
    "broken": Fault(act=broken, again=True, sentence="the server answered 500"),
    "silent": Fault(act=silent, again=True, sentence="the server did not answer within 0.3 seconds"),
    "dripping": Fault(act=dripping, again=True, sentence="the server did not answer within 0.3 seconds"),
    "empty": Fault(act=nothing, again=True, sentence="the server answered with nothing"),
    "closed midway": Fault(
        act=midway, again=True, sentence="the server closed the connection before its answer was complete"
    ),
    "enormous": Fault(act=enormous, again=False, sentence="the answer has more than 100000 bytes"),
    "no UTF-8": Fault(act=no_utf8, again=False, sentence="the answer is no JSON as it is read here"),
    "refused": Fault(act=refused, again=False, sentence="the server answered 400"),
}
EACH = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())


def collected(server: Server, folder: Path, *, budget: Budget = PLENTY) -> Collection:
    """All six prompts in parts of three, waiting for nothing between the attempts."""
    spending = Spending(budget)
    attempts = Attempts(OpenAITarget(server.url, "m", HASTY), HASTY, spending, sleep=_no_time)
    of = evaluation(asked(LINES, part_size=3), budget=budget)
    return collect(of, MODEL, lambda one: LINES, Asking(attempts), FolderStore(folder), spending, lambda _: None)


def _no_time(stop: threading.Event, seconds: float) -> None:
    """No wait is taken."""


def kept(folder: Path) -> list[Answered]:
    lines_kept = [line for path in folder.iterdir() for line in path.read_bytes().splitlines(keepends=True)]
    return sorted(read_answers(lines_kept), key=lambda one: one.prompt.id)


@EACH
def test_a_fault_that_passes_is_made_good_if_it_can_be(tmp_path: Path, fault: Fault) -> None:
    """The first attempt at every prompt fails; where no other is made, the call has failed and says why."""
    always_fine = {CONTROL}

    def script(handler: Handler, body: dict[str, Any], before: int) -> None:
        text = body["messages"][0]["content"]
        (fine if before or text in always_fine else fault.act)(handler)

    with serving(script) as server:
        collection = collected(server, tmp_path)

    answers = kept(tmp_path)
    assert len(answers) == 6
    assert [len(one.completions) for one in answers] == [int(fault.again)] * 6
    assert [one.failures for one in answers] == [None if fault.again else (fault.sentence,)] * 6
    assert sum(part.failed for part in collection.parts) == (0 if fault.again else 6)


@EACH
def test_a_prompt_that_always_meets_a_fault_has_failed_and_says_why(tmp_path: Path, fault: Fault) -> None:
    """All others are answered. A server that asks us to slow down, though, fails no call but the run."""

    def script(handler: Handler, body: dict[str, Any], before: int) -> None:
        (fault.act if body["messages"][0]["content"] == BAD else fine)(handler)

    with serving(script) as server:
        if fault.act is throttled:
            with pytest.raises(InfrastructureError, match="the server answered 429"):
                collected(server, tmp_path)
            assert len(kept(tmp_path)) == 3
            return
        collection = collected(server, tmp_path)

    after = "no answer in 3 attempts from a target that answers others: "
    failed = {one.prompt.text: one.failures for one in kept(tmp_path) if one.failed}
    assert failed == {BAD: ((after if fault.again else "") + fault.sentence,)}
    assert [part.failed for part in collection.parts] == [0, 1]
    assert sum(len(one.completions) for one in kept(tmp_path)) == 5


@EACH
def test_a_server_that_does_nothing_else_ends_the_run_with_the_reason(tmp_path: Path, fault: Fault) -> None:
    """Nothing is stored, so nothing looks like answers of a model."""
    with serving(lambda handler, body, before: fault.act(handler)) as server:
        with pytest.raises(InfrastructureError, match=fault.sentence) as caught:
            collected(server, tmp_path)

        assert str(caught.value).startswith(f"asking openai/{server.url}/m ended after 0 of the 3 answers of a part")
    assert kept(tmp_path) == []


@EACH
def test_a_server_that_fails_midway_keeps_what_was_stored(tmp_path: Path, fault: Fault) -> None:
    """The first part is there; after the repair the rest is asked, and only that."""
    first = {f"question {at}" for at in range(3)}
    repaired = threading.Event()

    def script(handler: Handler, body: dict[str, Any], before: int) -> None:
        (fine if repaired.is_set() or body["messages"][0]["content"] in first else fault.act)(handler)

    with serving(script) as server:
        with pytest.raises(InfrastructureError, match=fault.sentence):
            collected(server, tmp_path)
        assert len(kept(tmp_path)) == 3
        repaired.set()
        server.asked.clear()
        collection = collected(server, tmp_path)

        assert sorted(server.asked) == ["question 3", "question 4", "question 5"]
    assert [(part.prompts, part.failed) for part in collection.parts] == [(3, 0), (3, 0)]


def test_a_server_that_is_broken_for_ever_meets_the_budget(tmp_path: Path) -> None:
    """Attempts and controls are calls."""
    with serving(lambda handler, body, before: broken(handler)) as server:
        with pytest.raises(BudgetSpentError, match="the budget of 6 calls has no room for 1 more"):
            collected(server, tmp_path, budget=Budget(calls=6, tokens=1000))

        assert len(server.asked) <= 6
    assert kept(tmp_path) == []


def test_hostile_texts_come_out_as_they_went_in(tmp_path: Path) -> None:
    """They stay inside their own answer."""
    hostile = '\u2028"}\n{"prompt":\r\x00\x1b[2J\ud800</script>'

    with serving(lambda handler, body, before: handler.give(chat(hostile))) as server:
        collected(server, tmp_path)

    assert [one.completions[0].text for one in kept(tmp_path)] == [hostile] * 6
