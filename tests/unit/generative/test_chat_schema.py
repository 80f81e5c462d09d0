"""Answers in OpenAI's format are read, or refused with a sentence of ours."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.generative.chat_schema import UNKNOWN, reply, request
from modelgate.generative.records import Answered, Completion, line_of, read_answers
from modelgate.generative.target import NoAnswerError, Reply, UnavailableError

from tests.unit.generative.asked_models import SETTINGS, prompts
from tests.unit.generative.misbehaving_server import chat

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ANY_TEXT = st.text(st.characters(exclude_categories=()))


def test_a_request_says_all_that_was_set_and_nothing_else() -> None:
    """Servers refuse fields that they do not know."""
    plain = json.loads(request("Say ä", SETTINGS, None, None))
    full = json.loads(request("Say ä", replace(SETTINGS, top_p=0.5, logprobs=True), 7, "m"))

    assert plain == {
        "messages": [{"role": "user", "content": "Say ä"}],
        "max_tokens": 20,
        "temperature": 0,
        "stream": False,
    }
    assert full == plain | {"model": "m", "top_p": 0.5, "seed": 7, "logprobs": True}


def test_an_answer_is_read_with_its_tokens() -> None:
    """The tokens of log probabilities are not kept, their numbers are."""
    logprobs = {"content": [{"token": "H", "logprob": -0.5}, {"token": "i", "logprob": 0}]}

    assert reply(chat("Hi", logprobs=logprobs, finish_reason="length"), "Say") == Reply(
        completion=Completion(text="Hi", finish_reason="length", token_logprobs=(-0.5, 0.0), output_tokens=5),
        input_tokens=11,
    )


@pytest.mark.parametrize("reason", ["stop", "length", "max_tokens", "content_filter", "eos_token"])
def test_the_reason_is_the_servers_own_word(reason: str) -> None:
    """Scoring knows the words for the limit of tokens."""
    assert reply(chat("Hi", finish_reason=reason), "Say").completion.finish_reason == reason


@pytest.mark.parametrize("reason", [None, "", 7, "x" * 65, "a\nb", "ü", ["stop"]])
def test_a_reason_that_is_no_short_word_is_unknown(reason: Any) -> None:
    """It goes into records and reports."""
    assert reply(chat("Hi", finish_reason=reason), "Say").completion.finish_reason == UNKNOWN


@pytest.mark.parametrize("text", ["", None])
def test_an_empty_text_is_an_answer(text: str | None) -> None:
    """A model that says nothing has not failed; empty completions are counted by themselves."""
    assert reply(chat(text), "Say").completion.text == ""


def test_a_refusal_that_stands_apart_is_the_text() -> None:
    """Otherwise a refusal would count as an empty completion."""
    message = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}

    assert reply(chat("", message=message), "Say").completion.text == "I cannot help with that."


@pytest.mark.parametrize(
    "logprobs",
    [
        None,
        {},
        {"content": None},
        {"content": []},
        {"content": [{"token": "a"}]},
        {"content": [{"logprob": "-1"}]},
        {"content": [{"logprob": -1}, {"logprob": None}]},
        {"content": [{"logprob": -1}, {"logprob": 0.1}]},
        {"content": [-1]},
        {"content": {"logprob": -1}},
        [-1],
    ],
)
def test_log_probabilities_are_all_there_or_none(logprobs: Any) -> None:
    """A mean over some of the tokens would be another number."""
    assert reply(chat("Hi", logprobs=logprobs), "Say").completion.token_logprobs is None


@pytest.mark.parametrize(
    "usage", [None, [], {}, {"prompt_tokens": "11"}, {"prompt_tokens": -1, "completion_tokens": 1.5}, "prompt_tokens"]
)
def test_tokens_that_are_not_counted_are_the_most_they_can_be(usage: Any) -> None:
    """One for each byte of the prompt; of the text they are left to whoever adds up."""
    document = json.loads(chat("Hi")) | {"usage": usage}

    found = reply(json.dumps(document).encode(), "Säy")

    assert (found.input_tokens, found.completion.output_tokens) == (4, None)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "is no JSON"),
        (b"Hello!", "is no JSON"),
        (b"[]", "is no JSON"),
        (chat("Hi").replace(b"Hi", b"\xff\xfe"), "is no JSON"),
        (chat("Hi").replace(b'"finish_reason"', b'"index": 1, "finish_reason"'), "is no JSON"),
        (chat("Hi").replace(b'"stop"', b"NaN"), "is no JSON"),
        (b'{"choices":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "is no JSON"),
        (b"{}", "no choices"),
        (b'{"choices":[]}', "no choices"),
        (b'{"choices":{"message":{"content":"Hi"}}}', "no choices"),
        (b'{"choices":["Hi"]}', "no choices"),
        (b'{"choices":[{"text":"Hi"}]}', "no message"),
        (b'{"choices":[{"message":{}}]}', "no content"),
        (b'{"choices":[{"message":{"content":["Hi"]}}]}', "is no text"),
        (b'{"choices":[{"message":{"content":7}}]}', "is no text"),
    ],
)
def test_what_is_no_answer_is_refused_without_repeating_it(body: bytes, sentence: str) -> None:
    """The sentence goes into records and logs."""
    with pytest.raises(NoAnswerError, match=sentence) as caught:
        reply(body, "Say")

    assert "Hi" not in str(caught.value)


def test_an_error_under_a_status_of_success_is_worth_another_attempt() -> None:
    """Routers answer so when the server behind them is broken."""
    with pytest.raises(UnavailableError, match="an error of its own"):
        reply(b'{"error":{"code":502,"message":"upstream"}}', "Say")


@given(
    st.dictionaries(
        st.sampled_from(["choices", "usage", "error"]),
        JSON
        | st.lists(
            st.dictionaries(
                st.sampled_from(["message", "finish_reason", "logprobs"]),
                st.dictionaries(st.sampled_from(["content", "refusal"]), JSON),
            )
        ),
    )
)
def test_no_answer_crashes_the_reader(document: Any) -> None:
    """It is read, or refused as no answer, or as trouble of the server."""
    try:
        found = reply(json.dumps(document).encode(), "Say")
    except (NoAnswerError, UnavailableError):
        return

    assert isinstance(found.completion.text, str)


@given(ANY_TEXT, ANY_TEXT)
def test_no_text_forges_a_record(text: str, reason: str) -> None:
    """Control characters, line ends, quotes and lone surrogates come back as they were, from one line."""
    found = reply(chat(text, finish_reason=reason), "Say").completion
    answered = Answered(prompt=prompts(1)[0], completions=(found,), failed=0)
    line = line_of(answered)

    assert found.text == text
    assert line.decode("ascii").splitlines(keepends=True) == [line.decode()]
    assert list(read_answers([line])) == [answered]
