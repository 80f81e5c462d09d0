"""A stand-in for MiniStack at the network's edge: takes events, keeps objects, knows one role session."""

import http.server
import json
import re
import threading
import urllib.parse
from typing import Any

KEY_OF_ROLE = "ASIAROLEOFLENDING00A"
ROLE = "arn:aws:iam::333333333333:role/teams/modelgate-registration"
SESSION = "arn:aws:sts::333333333333:assumed-role/modelgate-registration/build"


class FakeAws:
    """Listens on a free loopback port until closed."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.objects: dict[str, bytes] = {}
        self.changed = threading.Condition()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def events_of(self, detail_type: str) -> list[dict[str, Any]]:
        return [e for e in self.events if e["entry"]["DetailType"] == detail_type]

    def await_events(self, detail_type: str, count: int) -> list[dict[str, Any]]:
        with self.changed:
            self.changed.wait_for(lambda: len(self.events_of(detail_type)) >= count, timeout=10)
        return self.events_of(detail_type)


def detail(event: dict[str, Any]) -> dict[str, Any]:
    """The detail of an event as EventBridge would show it."""
    parsed: dict[str, Any] = json.loads(event["entry"]["Detail"])
    return parsed


def _handler(fake: FakeAws) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.path == "/_modelgate/emit":
                with fake.changed:
                    fake.events.append(json.loads(body))
                    fake.changed.notify_all()
                return self._reply(200, b"{}")
            action = urllib.parse.parse_qs(body.decode())
            return self._reply(*_answer(action, self.headers.get("authorization", "")))

        def do_PUT(self) -> None:
            fake.objects[self._key()] = _unchunked(self.rfile.read(int(self.headers["content-length"])), self.headers)
            self._reply(200, b"")

        def do_GET(self) -> None:
            query = urllib.parse.parse_qs(self.path.partition("?")[2])
            if "list-type" not in query:
                return self._reply(200, fake.objects[self._key()])
            bucket = self._key().strip("/")
            prefix = f"{bucket}/{query['prefix'][0]}"
            start = int(query.get("continuation-token", ["0"])[0])
            keys = sorted(k for k in fake.objects if k.startswith(prefix))
            size = 2  # small pages, so that a reader that takes only the first is seen
            entries = "".join(
                f"<Contents><Key>{k.removeprefix(bucket + '/')}</Key></Contents>" for k in keys[start : start + size]
            )
            more = start + size < len(keys)
            token = f"<NextContinuationToken>{start + size}</NextContinuationToken>" if more else ""
            truncated = f"<IsTruncated>{str(more).lower()}</IsTruncated>"
            return self._reply(200, f"<R>{truncated}{token}{entries}</R>".encode())

        def _key(self) -> str:
            return urllib.parse.unquote(self.path.partition("?")[0]).lstrip("/")

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _unchunked(body: bytes, headers: Any) -> bytes:
    if "aws-chunked" not in headers.get("content-encoding", ""):
        return body
    size, _, rest = body.partition(b"\r\n")
    return rest[: int(size.split(b";")[0], 16)]


def _answer(action: dict[str, list[str]], authorization: str) -> tuple[int, bytes]:
    name = action["Action"][0]
    known = re.search(rf"Credential={KEY_OF_ROLE}/", authorization)
    if name == "AssumeRole":
        fields = "<AccessKeyId>ASIASTEP</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
        credentials = f"<Credentials>{fields}</Credentials>"
        return 200, f"<R><AssumeRoleResult>{credentials}</AssumeRoleResult></R>".encode()
    if name == "GetCallerIdentity" and known:
        fields = f"<Arn>{SESSION}</Arn><UserId>AROA:build</UserId><Account>333333333333</Account>"
        return 200, f"<R><GetCallerIdentityResult>{fields}</GetCallerIdentityResult></R>".encode()
    if name == "GetRole":
        return 200, f"<R><GetRoleResult><Role><Arn>{ROLE}</Arn></Role></GetRoleResult></R>".encode()
    return 403, b"<R><Error><Code>InvalidClientTokenId</Code><Message>unknown key</Message></Error></R>"
