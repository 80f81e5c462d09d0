"""A collection holds every answer once, whoever asked for it, and whenever."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from modelgate.contracts.strict_json import Limits
from modelgate.errors import BindingError, BudgetSpentError, InfrastructureError, PinError
from modelgate.generative.budget import Spending
from modelgate.generative.collecting import _ANSWERED, answers_key, collect
from modelgate.generative.collection import Collection
from modelgate.generative.evaluation import Asked, Budget, Evaluation, Settings
from modelgate.generative.folder_store import FolderStore
from modelgate.generative.records import Answered, Prompt, line_of, read_answers
from modelgate.generative.target import NoAnswerError, Reply, Source

from tests.unit.generative.answers_made_up import answered
from tests.unit.generative.asked_models import (
    MODEL,
    PLENTY,
    SETTINGS,
    Scripted,
    asked,
    asking,
    evaluation,
    lines,
    said,
)

LINES = {"memorization": lines(10), "bias": lines(3, concern="bias")}
EVALUATION = evaluation(asked(LINES["memorization"]), asked(LINES["bias"], concern="bias"))


def collected(
    store: FolderStore,
    source: Source | None = None,
    *,
    of: Evaluation = EVALUATION,
    spending: Spending | None = None,
    sentences: list[str] | None = None,
) -> Collection:
    spending = spending or Spending(of.budget)
    source = source or asking(Scripted(), spending=spending)
    say = (sentences if sentences is not None else []).append
    return collect(of, MODEL, lambda one: LINES[one.concern], source, store, spending, say)


def test_every_prompt_is_asked_and_kept(tmp_path: Path) -> None:
    """In parts of four: three of memorization, one of bias."""
    store = FolderStore(tmp_path)

    collection = collected(store)

    assert [(part.concern, part.prompts) for part in collection.parts] == [
        ("memorization", 4),
        ("memorization", 4),
        ("memorization", 2),
        ("bias", 3),
    ]
    kept = b"".join(store.get(answers_key(part.key)) or b"" for part in collection.parts)
    assert [line_of(one.prompt) for one in read_answers(kept.splitlines())] == LINES["memorization"] + LINES["bias"]
    assert [(part.failed, part.input_tokens, part.output_tokens) for part in collection.parts][-1] == (0, 6, 3)
    assert Collection.from_json(collection.to_json()) == collection


def test_nothing_that_is_stored_is_asked_again(tmp_path: Path) -> None:
    """And the collection is the same, byte for byte."""
    first = collected(FolderStore(tmp_path))
    nobody = Scripted()

    assert collected(FolderStore(tmp_path), asking(nobody)).to_json() == first.to_json()
    assert nobody.asked.total() == 0


def test_answers_that_somebody_else_stored_first_are_those_that_count(tmp_path: Path) -> None:
    """Two runs at once agree."""

    class Overtaken(FolderStore):
        def put_once(self, key: str, data: bytes) -> bytes:
            return super().put_once(key, data.replace(b"answer", b"earlier answer"))

    store = Overtaken(tmp_path)
    first = collected(store)

    assert collected(FolderStore(tmp_path)).to_json() == first.to_json()
    assert b"earlier answer" in (store.get(answers_key(first.parts[0].key)) or b"")


def test_another_setting_asks_again(tmp_path: Path) -> None:
    """No stale answer is picked up."""
    collected(FolderStore(tmp_path))
    target = Scripted()
    hotter = evaluation(asked(LINES["bias"], concern="bias", settings=replace(SETTINGS, temperature=1)))

    collected(FolderStore(tmp_path), asking(target), of=hotter)

    assert target.asked.total() == 3


@pytest.mark.parametrize(
    ("change", "asks_again"),
    [
        ({"answer_bytes": 200_000}, True),
        ({"attempts": 4}, True),
        ({"timeout_seconds": 60.0}, True),
        ({"concurrency": 1}, False),
        ({"calls_per_second": 500.0}, False),
    ],
)
def test_a_call_that_failed_is_made_again_once_it_may_end_otherwise(
    tmp_path: Path, change: dict[str, Any], asks_again: bool
) -> None:
    """What decides that a call failed for good names its answers; how fast is asked does not."""
    of = evaluation(asked(LINES["bias"], concern="bias"))

    def long(text: str, before: int) -> Reply:
        if text == "question 2":
            raise NoAnswerError("the answer has more than 100000 bytes")
        return said("yes")

    (before,) = collected(FolderStore(tmp_path), asking(Scripted(long)), of=of).parts
    target = Scripted()
    other = replace(of, target=replace(of.target, pace=replace(of.target.pace, **change)))

    (after,) = collected(FolderStore(tmp_path), asking(target), of=other).parts

    assert (before.failed, after.failed) == (1, 0 if asks_again else 1)
    assert target.asked.total() == (3 if asks_again else 0)


def test_progress_is_told_after_every_part(tmp_path: Path) -> None:
    """With what it has taken so far."""
    sentences: list[str] = []

    def script(text: str, before: int) -> Reply:
        if text == "question 5":
            raise NoAnswerError("answered 400")
        return said("yes")

    collected(FolderStore(tmp_path), asking(Scripted(script)), sentences=sentences)

    assert sentences == [
        "memorization: 4 of 10 prompts, 0 calls failed, 12 tokens",
        "memorization: 8 of 10 prompts, 1 calls failed, 21 tokens",
        "memorization: 10 of 10 prompts, 1 calls failed, 27 tokens",
        "bias: 3 of 3 prompts, 0 calls failed, 9 tokens",
    ]


def test_stored_parts_count_in_the_budget(tmp_path: Path) -> None:
    """The rest of a run has what the first part of it left."""
    half = evaluation(EVALUATION.asked[1])
    collected(FolderStore(tmp_path), of=half)  # three calls, nine tokens
    both = evaluation(EVALUATION.asked[1], EVALUATION.asked[0], budget=Budget(calls=100, tokens=12))
    spending = Spending(both.budget)

    with pytest.raises(BudgetSpentError):
        collected(FolderStore(tmp_path), of=both, spending=spending)

    assert spending.calls <= 3 + 4
    assert spending.tokens >= 12


def test_a_budget_that_is_spent_does_not_hide_what_is_stored(tmp_path: Path) -> None:
    """All is paid for; nothing more is asked."""
    first = collected(FolderStore(tmp_path))
    spent = Spending(Budget(calls=1, tokens=1))

    assert collected(FolderStore(tmp_path), asking(Scripted(), spending=spent), spending=spent) == first


def test_an_evaluation_larger_than_its_budget_is_refused_before_it_is_asked(tmp_path: Path) -> None:
    """Thirteen calls cannot be made with twelve."""
    target = Scripted()
    small = replace(EVALUATION, budget=Budget(calls=12, tokens=1_000_000))

    with pytest.raises(BudgetSpentError, match="made-up makes 13 calls even if none is repeated, its budget is 12"):
        collected(FolderStore(tmp_path), asking(target), of=small)

    assert target.asked.total() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        replace(EVALUATION.asked[1], prompts=2),
        replace(EVALUATION.asked[1], prompts_digest="sha256:" + "0" * 64),
    ],
    ids=["number", "digest"],
)
def test_prompts_that_are_not_pinned_are_refused_before_anything_is_asked(tmp_path: Path, wrong: Asked) -> None:
    """Those of the last concern as well."""
    target = Scripted()

    with pytest.raises(PinError, match="the prompts of bias are 3 lines"):
        collected(FolderStore(tmp_path), asking(target), of=evaluation(EVALUATION.asked[0], wrong))

    assert target.asked.total() == 0


@pytest.mark.parametrize("bad", [[b"{}\n"], lines(1, concern="toxicity")], ids=["no prompt", "another concern"])
def test_pinned_prompts_that_are_none_are_governances_fault(
    tmp_path: Path, bad: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No package is held responsible for them."""
    monkeypatch.setitem(LINES, "bias", bad)

    with pytest.raises(PinError, match="bias"):
        collected(FolderStore(tmp_path), of=evaluation(asked(bad, concern="bias")))


class Fixed:
    """A source with a fault of its own."""

    id = "fixed/1"

    def __init__(self, answers: list[Answered]) -> None:
        self._answers = answers

    def answers(self, prompts: Sequence[Prompt], settings: Settings) -> list[Answered]:
        return self._answers


def a_prompt(**changes: object) -> Prompt:
    return replace(Prompt(id="made-up/0", concern="bias", text="question 0", meta={"at": 0}), **changes)  # type: ignore[arg-type]


UNFIT = {
    "missing": [],
    "too many": [answered(a_prompt(), "yes")] * 2,
    "another text": [answered(a_prompt(text="other"), "yes")],
    "other meta data": [answered(a_prompt(meta={}), "yes")],
    "no completion": [answered(a_prompt())],
    "one too many": [answered(a_prompt(), "yes", failed=1)],
}


@pytest.mark.parametrize("answers", UNFIT.values(), ids=UNFIT.keys())
def test_answers_that_were_not_asked_for_are_never_kept(
    tmp_path: Path, answers: list[Answered], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of a source must not become a silent gap."""
    monkeypatch.setitem(LINES, "bias", lines(1, concern="bias"))

    with pytest.raises(InfrastructureError, match=r"fixed/1 gave answers to bias that are not those asked for"):
        collected(FolderStore(tmp_path), Fixed(answers), of=evaluation(asked(LINES["bias"], concern="bias")))

    assert list(tmp_path.iterdir()) == []


def test_answers_that_could_not_be_read_again_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once stored, they would stand in the way of every later run."""
    monkeypatch.setattr("modelgate.generative.records.LINE_LIMITS", Limits(size=300))
    long = Scripted(lambda text, before: said("x" * 300))

    with pytest.raises(InfrastructureError, match="cannot be kept as records"):
        collected(FolderStore(tmp_path), asking(long))

    assert list(tmp_path.iterdir()) == []


def test_answers_that_may_not_fit_a_record_are_not_asked_for(tmp_path: Path) -> None:
    """Sixteen of a megabyte each, every byte of them escaped."""
    settings = replace(SETTINGS, completions=16)
    of = evaluation(asked(LINES["bias"], concern="bias", settings=settings))
    large = replace(of, target=replace(of.target, pace=replace(of.target.pace, answer_bytes=1_000_000)))
    target = Scripted()

    with pytest.raises(PinError, match="16 answers of 1,000,000 bytes to one prompt of bias do not fit a record"):
        collected(FolderStore(tmp_path), asking(target), of=large)

    assert target.asked.total() == 0


@pytest.mark.parametrize(("part_size", "fits"), [(16, True), (17, False)])
def test_a_part_that_may_be_too_large_to_be_kept_is_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part_size: int, fits: bool
) -> None:
    """It would be paid for at every attempt, and lost."""
    monkeypatch.setitem(LINES, "bias", lines(20, concern="bias"))
    of = evaluation(asked(LINES["bias"], concern="bias", part_size=part_size))
    large = replace(of, target=replace(of.target, pace=replace(of.target.pace, answer_bytes=1_000_000)))
    target = Scripted()

    if fits:
        assert len(collected(FolderStore(tmp_path), asking(target), of=large).parts) == 2
    else:
        with pytest.raises(
            PinError, match=r"to 17 prompts of bias do not fit .* lower part_size of the evaluation to 16"
        ):
            collected(FolderStore(tmp_path), asking(target), of=large)
        assert target.asked.total() == 0


@pytest.mark.parametrize("text", ["\x00", "é", "語", "\ud800", "😀", '"', "\n"])
def test_a_part_of_the_largest_answers_can_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Whatever they are made of, once the target has counted their bytes."""
    stored = 40_000
    monkeypatch.setattr("modelgate.generative.collecting._ANSWERED", stored * 3 // 4)
    counted = max(len(text.encode("utf-8", errors="surrogatepass")), 1 + (text < " "))
    of = evaluation(asked(LINES["bias"], concern="bias", part_size=3))
    large = replace(of, target=replace(of.target, pace=replace(of.target.pace, answer_bytes=stored // 12)))
    longest = Scripted(lambda _, before: said(text * (stored // 12 // counted)))

    (part,) = collected(FolderStore(tmp_path), asking(longest), of=large).parts

    assert part.failed == 0
    assert len((tmp_path / answers_key(part.key)).read_bytes()) <= stored


def test_prompts_that_fill_a_part_by_themselves_are_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There would be no room for what is answered."""
    monkeypatch.setattr("modelgate.generative.collecting.STORED_BYTES", _ANSWERED + 100)
    target = Scripted()

    with pytest.raises(PinError, match=r"3 prompts of bias have more than 50 bytes.*lower part_size"):
        collected(FolderStore(tmp_path), asking(target), of=evaluation(asked(LINES["bias"], concern="bias")))

    assert target.asked.total() == 0


@pytest.mark.parametrize("answers", UNFIT.values(), ids=UNFIT.keys())
def test_a_stored_part_that_is_not_these_answers_is_refused(
    tmp_path: Path, answers: list[Answered], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wrote it: nobody else may."""
    monkeypatch.setitem(LINES, "bias", lines(1, concern="bias"))
    of = evaluation(asked(LINES["bias"], concern="bias"))
    (part,) = collected(FolderStore(tmp_path), of=of).parts
    (tmp_path / answers_key(part.key)).write_bytes(b"".join(map(line_of, answers)))

    with pytest.raises(BindingError, match="does not hold the answers to these prompts of bias"):
        collected(FolderStore(tmp_path), of=of)


def test_a_stored_part_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """It is not asked again either: what is there was written once."""
    first = collected(FolderStore(tmp_path))
    (tmp_path / answers_key(first.parts[1].key)).write_bytes(b"half a li")

    with pytest.raises(BindingError, match="line 1 is no answered record"):
        collected(FolderStore(tmp_path), spending=Spending(PLENTY))
