"""Events to EventBridge, through MiniStack's private door for `aws.*` sources.

An event is journalled with the change it tells of and forgotten when MiniStack has taken it, so a restart sends again
what was under way: at least once, as the service does.
"""

import http.client
import json
import logging
import queue
import threading
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

from local.sagemaker.arns import home_of
from local.sagemaker.store import Document, Store

EMIT_PATH = "/_modelgate/emit"
OUTBOX = "event"
PATIENCE_SECONDS = 60.0
log = logging.getLogger("modelgate.sagemaker.events")


class Events:
    """The outbox and the one thread that empties it, in order."""

    def __init__(self, store: Store, aws_url: str) -> None:
        self._store = store
        self._door = urlsplit(aws_url)
        self._queue: queue.SimpleQueue[Document | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._deliver_all, name="events", daemon=True)
        for waiting in store.all(OUTBOX):
            self._queue.put(waiting)
        self._thread.start()

    def emit(self, detail_type: str, resource: str, detail: dict[str, Any]) -> None:
        """Tell the default bus of the account that owns *resource*."""
        home = home_of(resource)
        entry = {
            "Source": "aws.sagemaker",
            "DetailType": detail_type,
            "Resources": [resource],
            "Detail": json.dumps(detail, ensure_ascii=False),
        }
        event: Document = {"id": uuid.uuid4().hex, "account": home.account, "region": home.region, "entry": entry}
        self._store.put(OUTBOX, event["id"], event)
        self._store.afterwards(lambda: self._queue.put(event))  # nobody hears of what a kill may still undo

    def close(self, timeout: float = 5.0) -> None:
        """Send what waits, then stop."""
        self._queue.put(None)
        self._thread.join(timeout)

    def _deliver_all(self) -> None:
        while (event := self._queue.get()) is not None:
            self._deliver(event)
            self._store.delete(OUTBOX, event["id"])

    def _deliver(self, event: Document) -> None:
        body = json.dumps({name: event[name] for name in ("account", "region", "entry")}).encode()
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, 0.05
        while True:
            try:
                return self._post(body)
            except OSError as error:
                if time.monotonic() > deadline:
                    log.error("event lost: %s of %s: %s", event["entry"]["DetailType"], event["account"], error)
                    return None
            time.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _post(self, body: bytes) -> None:
        connection = http.client.HTTPConnection(self._door.hostname or "", self._door.port, timeout=10)
        try:
            headers = {"content-type": "application/json", "x-modelgate-emit": "1"}
            connection.request("POST", EMIT_PATH, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except http.client.HTTPException as error:
            raise OSError(f"{EMIT_PATH} broke off: {error!r}") from error
        finally:
            connection.close()
        if answer.status != 200:
            raise OSError(f"{EMIT_PATH} answered {answer.status}: {text[:200]}")
