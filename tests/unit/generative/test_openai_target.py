"""A server can do what it likes: each call ends in an answer or in one of three errors, in time."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from modelgate.errors import InfrastructureError, PinError
from modelgate.generative.evaluation import TokenLimit
from modelgate.generative.openai_target import OpenAITarget, retry_after
from modelgate.generative.records import Completion
from modelgate.generative.target import NoAnswerError, ThrottledError, UnavailableError

from tests.unit.generative.asked_models import PACE, SETTINGS
from tests.unit.generative.misbehaving_server import Handler, chat, serving

IMPATIENT = replace(PACE, timeout_seconds=0.3)
FINE = chat("Hi")

Act = Callable[[Handler], None]


def asked(act: Act, *, impatient: bool = False) -> Completion:
    with serving(lambda handler, body, before: act(handler)) as server:
        target = OpenAITarget(server.url, "m", IMPATIENT if impatient else PACE)
        return target.ask("Say", SETTINGS, None).completion


def test_a_server_is_asked_for_one_completion() -> None:
    """With the key in its header, and nowhere in what the target tells of itself."""
    with serving(lambda handler, body, before: handler.give(FINE)) as server:
        target = OpenAITarget(server.url, "a/model", PACE, key="sk-secret")
        reply = target.ask("Say", SETTINGS, 7)
        ((path, headers, body),) = server.requests

    assert (reply.completion.text, reply.completion.output_tokens, reply.input_tokens) == ("Hi", 5, 11)
    assert (path, headers["Authorization"], headers["Accept-Encoding"]) == (
        "/v1/chat/completions",
        "Bearer sk-secret",
        "identity",
    )
    assert (body["model"], body["seed"], body["messages"]) == ("a/model", 7, [{"role": "user", "content": "Say"}])
    assert target.id == f"openai/{server.url}/a/model"
    assert "sk-secret" not in repr(target)


def test_the_longest_answer_is_told_in_the_word_of_the_server() -> None:
    """Newer models refuse the older word, so the evaluation chooses; the other one is not sent."""
    for word in TokenLimit:
        with serving(lambda handler, body, before: handler.give(FINE)) as server:
            OpenAITarget(server.url, "m", PACE, token_limit=word).ask("Say", SETTINGS, None)
            ((_, _, body),) = server.requests

        sent = {name: value for name, value in body.items() if name.endswith("_tokens")}
        assert sent == {word.value: SETTINGS.max_tokens}


def test_an_answer_in_chunks_is_read() -> None:
    """As servers send it that do not know its length."""

    def chunked(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for at in range(0, len(FINE), 10):
            piece = FINE[at : at + 10]
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    assert asked(chunked).text == "Hi"


def test_an_answer_that_ends_with_its_connection_is_read() -> None:
    """As in HTTP/1.0."""

    def unmeasured(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(FINE)

    assert asked(unmeasured).text == "Hi"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, NoAnswerError),
        (413, NoAnswerError),
        (422, NoAnswerError),
        (408, UnavailableError),
        (409, UnavailableError),
        (425, UnavailableError),
        (429, ThrottledError),
        (500, UnavailableError),
        (502, UnavailableError),
        (503, UnavailableError),
        (504, UnavailableError),
        (529, UnavailableError),
        (301, InfrastructureError),
        (307, InfrastructureError),
        (401, InfrastructureError),
        (402, InfrastructureError),
        (403, InfrastructureError),
        (404, InfrastructureError),
        (204, InfrastructureError),
    ],
)
def test_a_status_says_whose_trouble_it_is(status: int, kind: type[Exception]) -> None:
    """No redirect is followed: it would take prompts and key elsewhere."""
    with pytest.raises(Exception, match=f"the server answered {status}") as caught:
        asked(lambda handler: handler.give(b"", status=status, Location="http://127.0.0.1:9/"))

    assert type(caught.value) is kind


def test_the_wish_of_the_server_is_told() -> None:
    """With 503 it is a wish to slow down as well."""
    with pytest.raises(ThrottledError) as throttled:
        asked(lambda handler: handler.give(b"", status=429, Retry_After="7"))
    with pytest.raises(ThrottledError) as busy:
        asked(lambda handler: handler.give(b"", status=503, Retry_After="7"))

    assert (throttled.value.after, busy.value.after) == (7, 7)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        ("Thu, 01 Jan 1970 00:01:50 GMT", 10),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        ("1e3", None),
        ("inf", None),
        ("9" * 400, None),
        ("Thu, 01 Jan 99999 00:00:00 GMT", None),
        ("٣", None),
    ],
)
def test_seconds_and_dates_are_read(given: str | None, seconds: float | None) -> None:
    """The time is 100 seconds after the epoch."""
    assert retry_after(given, 100) == seconds


def hang(handler: Handler) -> None:
    handler.server.closing.wait(60)


def drip_head(handler: Handler) -> None:
    handler.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 60_000, every=0.02)


def drip_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.drip(b" " * 100_000, every=0.02)


def drip_unmeasured(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(FINE)
    handler.drip(b" " * 100_000, every=0.02)


def endless_promises(handler: Handler) -> None:
    handler.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000, every=0.001)


@pytest.mark.parametrize("act", [hang, drip_head, drip_body, drip_unmeasured, endless_promises])
def test_a_slow_server_is_left_at_the_deadline(act: Act) -> None:
    """Whatever it is about to say; each byte starts no new wait."""
    with pytest.raises(UnavailableError, match=r"did not answer within 0\.3 seconds"):
        asked(act, impatient=True)


def half(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(FINE)))
    handler.end_headers()
    handler.wfile.write(FINE[:20])


def half_a_chunk(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"ff\r\n" + FINE[:20])


def no_http(handler: Handler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")


def endless_heads(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000)


@pytest.mark.parametrize("act", [Handler.vanish, half, half_a_chunk, no_http, endless_heads])
def test_a_connection_that_ends_midway_is_worth_another_attempt(act: Act) -> None:
    """Half an answer is none."""
    with pytest.raises(UnavailableError, match="closed the connection before its answer was complete"):
        asked(act)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda handler: handler.give(b""), "with nothing"),
        (lambda handler: handler.give(b" \n"), "with nothing"),
        (lambda handler: handler.give(b"<html>", kind="Text/HTML; charset=utf-8"), "a page for browsers"),
    ],
)
def test_what_a_proxy_says_is_not_the_models_word(act: Act, sentence: str) -> None:
    """It is worth another attempt."""
    with pytest.raises(UnavailableError, match=sentence):
        asked(act)


def test_invalid_utf8_is_no_answer() -> None:
    """Nothing is replaced or left out to make it one."""
    with pytest.raises(NoAnswerError, match="is no JSON as it is read here"):
        asked(lambda handler: handler.give(FINE.replace(b"Hi", b"\xc3\x28")))


def announced(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**15))
    handler.end_headers()


def enormous(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.closing.is_set():
        handler.wfile.write(b" " * 65_536)


def enormous_chunk(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n" % 10**15)
    while not handler.server.closing.is_set():
        handler.wfile.write(b" " * 65_536)


@pytest.mark.parametrize("act", [announced, enormous, enormous_chunk])
def test_an_enormous_answer_is_not_read_on(act: Act) -> None:
    """Whether it says so before or never ends."""
    with pytest.raises(NoAnswerError, match="more than 100000 bytes"):
        asked(act)


def test_a_server_that_is_not_there_is_worth_another_attempt() -> None:
    """It may be starting."""
    with serving(lambda handler, body, before: None) as server:
        url = server.url

    with pytest.raises(UnavailableError, match="cannot be reached"):
        OpenAITarget(url, "m", PACE).ask("Say", SETTINGS, None)


def test_a_server_without_tls_is_not_spoken_to_as_if_it_had_it() -> None:
    """Nothing of the prompt goes out."""
    with serving(lambda handler, body, before: handler.give(FINE)) as server:
        target = OpenAITarget(server.url.replace("http:", "https:"), "m", PACE)
        with pytest.raises(UnavailableError):
            target.ask("Say", SETTINGS, None)

        assert server.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1",
        "https://api.example.com:8443/a/b-c/v1",
        "https://[2001:db8::1]/v1",
        "http://localhost:8000/v1",
        "http://127.0.0.1:8000",
        "http://127.8.8.8/v1",
        "http://[::1]:8000/v1",
    ],
)
def test_servers_are_reached_by_tls_or_on_this_machine(url: str) -> None:
    """Their address is part of the target's id."""
    assert OpenAITarget(url, "m", PACE).id == f"openai/{url}/m"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com/v1",
        "ftp://api.example.com",
        "file:///etc/passwd",
        "https://",
        "https://user:pass@api.example.com/v1",
        "https://api.example.com/v1/",
        "https://api.example.com/v1?x=1",
        "https://api.example.com/v1#x",
        "https://api.example.com/%2e%2e",
        "https://api.example.com:0/v1",
        "https://api.example.com:99999/v1",
        "https://api..example.com/v1",
        "https://api.example.com/v1\r\nX: y",
        "https://exämple.com/v1",
        "http://api.example.com/v1",
        "http://10.0.0.1/v1",
        "http://127.0.0.1.example.com/v1",
        "http://0177.0.0.1/v1",
        "http://169.254.169.254/latest",
        "HTTPS://api.example.com/v1",
    ],
)
def test_no_other_address_is_asked(url: str) -> None:
    """It is governance's word, so that no package is held responsible."""
    with pytest.raises(PinError, match="base_url"):
        OpenAITarget(url, "m", PACE)


@pytest.mark.parametrize("key", ["", "a b", "a\r\nX-Other: b", "schlüssel", "a\0"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    """The error does not show it."""
    with pytest.raises(InfrastructureError) as caught:
        OpenAITarget("https://api.example.com/v1", "m", PACE, key=key)

    assert not key or key not in str(caught.value)


def test_a_hostile_prompt_goes_out_as_data() -> None:
    """Line ends and lone surrogates neither end the request nor break it."""
    text = 'a\r\n\r\nGET / HTTP/1.1"}\0\ud800'
    with serving(lambda handler, body, before: handler.give(FINE)) as server:
        OpenAITarget(server.url, "m", PACE).ask(text, SETTINGS, None)

        assert server.asked == [text]
