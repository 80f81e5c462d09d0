"""Answers from a file are those to the evaluation's prompts, or the file is refused with a sentence."""

import io
from dataclasses import replace

import pytest
from modelgate.errors import ContentError
from modelgate.generative.recorded import Recorded
from modelgate.generative.records import Answered, Completion, Prompt, line_of

from tests.unit.generative.answers_made_up import answered
from tests.unit.generative.asked_models import SETTINGS, prompts


def recorded(*answers: Answered) -> Recorded:
    return Recorded(io.BytesIO(b"".join(map(line_of, answers))), "sha256:" + "0" * 64)


def a_prompt(**changes: object) -> Prompt:
    return replace(prompts(1)[0], **changes)  # type: ignore[arg-type]


def test_answers_are_found_whatever_their_order() -> None:
    """As often as they are asked for, in the order of the prompts."""
    source = recorded(*(answered(prompt, f"answer to {prompt.text}") for prompt in reversed(prompts(9))))

    for chosen in (prompts(9)[:4], prompts(9)[4:], prompts(9)):
        assert source.answers(chosen, SETTINGS) == [answered(one, f"answer to {one.text}") for one in chosen]


def test_the_file_names_the_source() -> None:
    """Another file is another model."""
    assert recorded().id == "recorded/sha256:" + "0" * 64


def test_the_same_id_under_another_concern_is_another_prompt() -> None:
    """Ids are unique within a data set alone."""
    other = a_prompt(concern="bias", text="other")
    source = recorded(answered(a_prompt(), "one"), answered(other, "two"))

    assert source.answers([other, a_prompt()], SETTINGS) == [answered(other, "two"), answered(a_prompt(), "one")]


@pytest.mark.parametrize("texts", [[], ["yes"], ["yes", "yes"]])
def test_a_failed_call_is_refused(texts: list[str]) -> None:
    """A team could leave out its worst prompts by it, up to the share that may fail elsewhere."""
    ours = answered(a_prompt(), *texts, failed=1)

    with pytest.raises(
        ContentError, match="to 'made-up/0' of 'memorization' counts 1 of its calls as failed; record this prompt"
    ):
        recorded(ours).answers([a_prompt()], replace(SETTINGS, completions=2))


@pytest.mark.parametrize(
    "other",
    [
        a_prompt(text="question 1"),
        a_prompt(meta={"at": 1}),
        a_prompt(meta={"at": 0, "reference": "easier"}),
    ],
)
def test_an_answer_to_another_prompt_is_refused(other: Prompt) -> None:
    """Its meta data decides how it is scored, and are governance's."""
    with pytest.raises(ContentError, match="'made-up/0' of 'memorization' is to another text"):
        recorded(answered(other, "yes")).answers([a_prompt()], SETTINGS)


def test_a_prompt_without_answer_is_refused() -> None:
    """It is no failed call: nobody knows whether there was one."""
    with pytest.raises(ContentError, match="have none for 'made-up/1' of 'memorization'"):
        recorded(answered(a_prompt(), "yes")).answers(prompts(2), SETTINGS)


@pytest.mark.parametrize("calls", [0, 1, 3])
def test_answers_in_another_number_are_refused(calls: int) -> None:
    """More of them would be a choice of the best, fewer of the worst left out."""
    with pytest.raises(
        ContentError, match=f"has {calls} completions, the evaluation asks for 2; record exactly as many"
    ):
        recorded(answered(a_prompt(), *["yes"] * calls)).answers([a_prompt()], replace(SETTINGS, completions=2))


def test_more_than_is_kept_of_a_part_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the file's fault, and would otherwise end every run."""
    monkeypatch.setattr("modelgate.generative.recorded.STORED_BYTES", 1000)
    long = [answered(prompt, "x" * 500) for prompt in prompts(2)]

    assert len(recorded(*long).answers(prompts(1), SETTINGS)) == 1
    with pytest.raises(ContentError, match="'made-up/0' of 'memorization' on have more than 1,000 bytes"):
        recorded(*long).answers(prompts(2), SETTINGS)


@pytest.mark.parametrize("second", ["yes", "no"])
def test_a_prompt_that_is_answered_twice_is_refused(second: str) -> None:
    """Equal answers as well."""
    with pytest.raises(
        ContentError, match="line 3 of the recorded answers answers 'made-up/0' of 'memorization' again"
    ):
        recorded(answered(a_prompt(), "yes"), answered(prompts(2)[1], "yes"), answered(a_prompt(), second))


def test_more_records_than_anybody_asks_for_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of many small lines must not fill the memory of the step."""
    monkeypatch.setattr("modelgate.generative.recorded.MOST_RECORDS", 2)
    answers = [answered(prompt, "yes") for prompt in prompts(3)]

    assert recorded(*answers[:2]).answers(prompts(2), SETTINGS) == answers[:2]
    with pytest.raises(ContentError, match="more than 2 lines; record the evaluation's prompts alone"):
        recorded(*answers)


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"half", b"\xff\n", line_of(a_prompt())])
def test_a_line_that_is_no_answer_is_refused_with_its_number(line: bytes) -> None:
    """Blank lines as well: whoever wrote one may have meant more."""
    with pytest.raises(ContentError, match="line 2 of the recorded answers cannot be read"):
        Recorded(io.BytesIO(line_of(answered(a_prompt(), "yes")) + line), "sha256:" + "0" * 64)


def test_hostile_ids_stay_inside_one_short_sentence() -> None:
    """They come from the evaluation, and are printed with escapes nevertheless."""
    hostile = a_prompt(id="a\n" * 1000, concern="\ud800")

    with pytest.raises(ContentError) as caught:
        recorded().answers([hostile], SETTINGS)

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


def test_a_completion_is_kept_as_it_is() -> None:
    """Log probabilities, reason and tokens included."""
    completion = Completion(text="\udcff\u2028", finish_reason="length", token_logprobs=(-1.5,), output_tokens=3)
    kept = Answered(prompt=a_prompt(), completions=(completion,), failed=0, input_tokens=7)

    assert recorded(kept).answers([a_prompt()], SETTINGS) == [kept]
