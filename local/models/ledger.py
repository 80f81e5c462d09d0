"""What was asked, counted; and a door for tests that slows the server down or makes it fail.

GET /_modelgate/asked   {"answers": 120, "tokens": 9100, "asked_again": 0, "seconds": 61.2}
POST /_modelgate/faults {"status": 429, "times": 2}   the next requests are refused so
POST /_modelgate/faults {"pause_seconds": 0.1}        every answer takes that much longer
"""

import hashlib
import threading
import time
from collections import Counter
from typing import Any

from local.models.chat import RefusedError


class Ledger:
    """Safe to use from any thread."""

    def __init__(self) -> None:
        """Begin with nothing asked and nothing planned."""
        self._lock = threading.Lock()
        self._requests: Counter[str] = Counter()
        self._tokens = 0
        self._began = time.monotonic()
        self._status, self._times, self._pause = 500, 0, 0.0

    def plan(self, order: Any) -> None:
        """
        Take an order.

        Raises:
            RefusedError: it is none.
        """
        try:
            status, times = int(order.get("status", 500)), int(order.get("times", 0))
            pause = float(order.get("pause_seconds", 0.0))
        except (TypeError, ValueError, AttributeError) as error:
            raise RefusedError(400, f"not an order: {error!r}") from error
        with self._lock:
            self._status, self._times, self._pause = status, times, pause

    def strike(self) -> None:
        """
        Wait, or fail, as planned.

        Raises:
            RefusedError: a planned fault.
        """
        with self._lock:
            struck, pause = self._times > 0, self._pause
            self._times -= struck
        if struck:
            raise RefusedError(self._status, "a planned fault")
        time.sleep(pause)

    def answered(self, request: bytes, tokens: int) -> None:
        """Count an answer to *request*."""
        with self._lock:
            self._requests[hashlib.sha256(request).hexdigest()] += 1
            self._tokens += tokens

    def read(self) -> dict[str, float]:
        """The counts so far: *asked_again* are answers to a request that had one already."""
        with self._lock:
            answers = self._requests.total()
            return {
                "answers": answers,
                "asked_again": answers - len(self._requests),
                "tokens": self._tokens,
                "seconds": round(time.monotonic() - self._began, 1),
            }
