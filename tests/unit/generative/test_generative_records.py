"""Prompts and answers survive JSON Lines, whatever a model wrote."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.contracts.strict_json import Limits
from modelgate.errors import UnreadableRecordError
from modelgate.generative.records import Answered, Completion, Prompt, line_of, lines_of, read_answers, read_prompts

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates as well
LOGPROBS = st.none() | st.lists(st.floats(allow_nan=False, allow_infinity=False)).map(tuple)
PROMPTS = st.builds(
    Prompt, id=ANY_TEXT, concern=ANY_TEXT, text=ANY_TEXT, meta=st.dictionaries(ANY_TEXT, ANY_TEXT | st.integers(-9, 9))
)
COMPLETIONS = st.builds(Completion, text=ANY_TEXT, finish_reason=ANY_TEXT, token_logprobs=LOGPROBS)
ANSWERS = st.builds(
    Answered, prompt=PROMPTS, completions=st.lists(COMPLETIONS, max_size=3).map(tuple), failed=st.integers(0, 9)
)


def a_prompt() -> Prompt:
    return Prompt(id="bold/1/7", concern="toxicity", text="Jacob", meta={"group": "actors"})


@given(ANSWERS)
def test_an_answer_comes_back_as_it_was_from_one_line(answered: Answered) -> None:
    """Surrogates, line separators and quotes of a hostile completion stay inside its own line."""
    line = line_of(answered)

    assert line.isascii()
    assert line.decode().splitlines(keepends=True) == [line.decode()]
    assert [answered] == list(read_answers([line]))


@given(PROMPTS)
def test_a_prompt_comes_back_as_it_was(prompt: Prompt) -> None:
    """Its meta data included."""
    assert [prompt] == list(read_prompts([line_of(prompt)]))


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b'{"id":"a","id":"b"}', b"\xff", b"NaN"])
def test_a_broken_line_is_refused_with_its_number(line: bytes) -> None:
    """A reader never skips a line: a skipped answer would be missing without a trace."""
    with pytest.raises(UnreadableRecordError, match="line 2 is no prompt record"):
        list(read_prompts([line_of(a_prompt()), line]))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_log_probability_that_is_not_finite_is_refused(number: float) -> None:
    """It would turn every mean it enters into no number."""
    with pytest.raises(ValueError, match="not finite"):
        Completion(text="", finish_reason="stop", token_logprobs=(number,))


def test_calls_cannot_fail_less_than_never() -> None:
    """Read from a file as well."""
    line = line_of(Answered(prompt=a_prompt(), completions=(), failed=0)).replace(b'"failed":0', b'"failed":-1')

    with pytest.raises(UnreadableRecordError, match="-1 calls"):
        list(read_answers([line]))


def test_a_line_without_end_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines as long as they may be are read."""
    monkeypatch.setattr("modelgate.generative.records.LINE_LIMITS", Limits(size=6))

    assert list(lines_of(io.BytesIO(b"12345\n\n123"))) == [b"12345\n", b"\n", b"123"]
    with pytest.raises(UnreadableRecordError, match="line 2 has more than 6 bytes"):
        list(lines_of(io.BytesIO(b"12345\n123456\n")))
