"""moto's SageMaker, for every operation that the front does not answer itself.

moto is imported at the first such call: a demo that needs only the registry and pipelines starts without it.
"""

import importlib.metadata
import threading
from collections.abc import Iterable
from typing import Any

PIN = "5.2.5"


def check_pin() -> None:
    """Refuse another moto: what it answers, and how it reads the account, was checked for one version."""
    found = importlib.metadata.version("moto")
    if found != PIN:
        raise SystemExit(f"the embedded SageMaker needs moto {PIN} exactly, found {found}; run `make install`")


class Moto:
    """moto as a WSGI application, told the account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._app: Any = None

    def __call__(self, environ: dict[str, Any], start_response: Any, account: str) -> Iterable[bytes]:
        """Answer one call as *account* (moto reads this header before the access key)."""
        with self._lock:
            if self._app is None:
                from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

                self._app = DomainDispatcherApplication(create_backend_app)
        answer: Iterable[bytes] = self._app({**environ, "HTTP_X_MOTO_ACCOUNT_ID": account}, start_response)
        return answer
