"""A server of OpenAI's chat completions inside this process, whose model says what a function says."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ModelServer:
    """The model says *answer* of each prompt.

    *asked* counts the calls, and after *breaks_after* of them all fail; *keys* are the authorizations that came.
    """

    def __init__(self, answer: Callable[[str], str]) -> None:
        self.answer = answer
        self.asked = 0
        self.breaks_after: int | None = None
        self.url = ""
        self.keys: set[str | None] = set()
        self.lock = threading.Lock()

    @contextmanager
    def running(self) -> Iterator["ModelServer"]:
        """Serve on a free port of this machine while the block runs."""
        with ThreadingHTTPServer(("127.0.0.1", 0), self._handler()) as server:
            self.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with model.lock:
                    model.asked += 1
                    model.keys.add(self.headers["Authorization"])
                    broken = model.breaks_after is not None and model.asked > model.breaks_after
                if broken:
                    self.send_error(401)
                    return
                self._send(model.answer(asked["messages"][0]["content"]))

            def _send(self, text: str) -> None:
                document: dict[str, Any] = {
                    "choices": [{"message": {"content": text}, "finish_reason": "stop"}],
                    "usage": {"prompt_tokens": 3, "completion_tokens": 2},
                }
                body = json.dumps(document).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
