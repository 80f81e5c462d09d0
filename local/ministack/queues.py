"""
Queues that lose and double nothing.

Stock MiniStack replaces a queue's list of messages (on delete, expiry and redrive) while events are appended to the old
list from other threads: under a burst messages vanish. Two readers may also take the same message. Here everything that
changes a queue takes one lock; none of it waits for anything else while it holds it.
"""

import functools
import threading
from collections.abc import Callable
from typing import Any

from ministack.services import eventbridge, s3, sns, sqs

_CHANGING = (
    (sqs, ("_act_send_message", "_act_delete_message", "_act_change_visibility", "_act_change_visibility_batch")),
    (sqs, ("_act_delete_message_batch", "_act_purge_queue", "_expire_retained", "_dlq_sweep", "_collect_msgs")),
    (eventbridge, ("_dispatch_to_sqs",)),
    (s3, ("_deliver_event_to_sqs",)),
    (sns, ("_deliver_to_sqs",)),
)


def patch_queues() -> None:
    lock = threading.RLock()
    sqs._queues_lock = lock  # what stock takes on its own; it has to be the same, and to let us in again
    for module, names in _CHANGING:
        for name in names:
            stock = getattr(module, name)
            locked = _under(lock, stock)
            setattr(module, name, locked)
            for action, handler in sqs._HANDLERS.items():
                if handler is stock:
                    sqs._HANDLERS[action] = locked


def _under(lock: threading.RLock, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def locked(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return function(*args, **kwargs)

    return locked
