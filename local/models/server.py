"""The models behind a socket: OpenAI's chat completions, and the doors of `ledger`."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.models.chat import Asked, RefusedError
from local.models.ledger import Ledger
from local.models.shelf import Shelf

DOOR = "x-modelgate-faults"  # a header that no web page can send across origins
MOST_BYTES = 4_000_000


def bound(port: int, shelf: Shelf, ledger: Ledger) -> ThreadingHTTPServer:
    """A server that listens on loopback; call its serve_forever. Port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: prompts and answers stay out of logs."""

        def do_GET(self) -> None:
            """Tell the health, the models or the counts."""
            answers: dict[str, Any] = {
                "/": lambda: {"status": "ok"},
                "/v1/models": lambda: {"object": "list", "data": [{"id": n, "object": "model"} for n in shelf.names]},
                "/_modelgate/asked": ledger.read,
            }
            found = answers.get(self.path)
            self._reply(200, found()) if found else self._refuse(RefusedError(404, f"no such path: {self.path!a:.80}"))

        def do_POST(self) -> None:
            """Answer, or refuse with a sentence."""
            try:
                self._reply(200, self._posted(self._body()))
            except RefusedError as error:
                self._refuse(error)

        def _posted(self, body: bytes) -> dict[str, Any]:
            if self.path == "/_modelgate/faults":
                if DOOR not in self.headers:
                    raise RefusedError(403, f"this door needs the header {DOOR}")
                ledger.plan(json.loads(body))
                return {}
            if self.path != "/v1/chat/completions":
                raise RefusedError(404, f"no such path: {self.path!a:.80}")
            asked = Asked.from_json(body)
            ledger.strike()
            answer = shelf.model(asked.model).answer(asked)
            ledger.answered(body, answer.completion_tokens)
            return answer.to_json(asked.model)

        def _body(self) -> bytes:
            length = int(self.headers.get("content-length") or 0)
            if length > MOST_BYTES:
                self.close_connection = True  # what is not read would be taken for the next request
                raise RefusedError(413, f"a request has at most {MOST_BYTES} bytes")
            return self.rfile.read(length)

        def _refuse(self, error: RefusedError) -> None:
            self._reply(error.status, {"error": {"message": str(error), "code": error.status}})

        def _reply(self, status: int, document: dict[str, Any]) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    return Server(("127.0.0.1", port), Handler)
