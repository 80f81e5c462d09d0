"""
Redrive of dead letters, which stock MiniStack lacks: StartMessageMoveTask and ListMessageMoveTasks.

Everything moves at once, so a task is complete when it is answered. As on AWS the moved messages are new ones: new id,
new time, never received.
"""

import time
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, new_uuid
from ministack.services import sqs

_tasks: Any = AccountRegionScopedDict()  # ARN of the dead-letter queue -> its tasks, newest first


def patch_redrives() -> None:
    sqs._HANDLERS["StartMessageMoveTask"] = start_message_move_task
    sqs._HANDLERS["ListMessageMoveTasks"] = list_message_move_tasks


def start_message_move_task(data: dict[str, Any], _url: str) -> dict[str, Any]:
    source, destination = data["SourceArn"], data.get("DestinationArn")
    with sqs._queues_lock:
        queue = _queue(source)
        for message in queue["messages"]:
            target = destination or message["sys"].get("DeadLetterQueueSourceArn")
            if target is None:
                raise sqs._Err(
                    "InvalidParameterValue", f"A message of {source} has no source queue; name a destination."
                )
            _queue(target)["messages"].append(_anew(message))
        moved = len(queue["messages"])
        queue["messages"] = []
    sqs.esm_wake.set()
    task = {
        "TaskHandle": new_uuid(),
        "Status": "COMPLETED",
        "SourceArn": source,
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": moved,
        "StartedTimestamp": int(time.time() * 1000),
    }
    _tasks[source] = [task, *_tasks.get(source, [])]
    return {"TaskHandle": task["TaskHandle"]}


def list_message_move_tasks(data: dict[str, Any], _url: str) -> dict[str, Any]:
    tasks = _tasks.get(data["SourceArn"], [])[: int(data.get("MaxResults", 1))]
    return {"Results": [{name: value for name, value in task.items() if name != "TaskHandle"} for task in tasks]}


def _queue(arn: str) -> dict[str, Any]:
    queue: dict[str, Any] | None = sqs._queue_by_arn(arn)
    if queue is None:
        raise sqs._Err("ResourceNotFoundException", f"The queue {arn} does not exist.")
    return queue


def _anew(message: dict[str, Any]) -> dict[str, Any]:
    now = time.time()
    system = {name: value for name, value in message["sys"].items() if name != "DeadLetterQueueSourceArn"}
    system["SentTimestamp"] = str(int(now * 1000))
    fresh = {"id": new_uuid(), "receipt_handle": None, "receive_count": 0, "first_receive_at": None}
    return {**message, **fresh, "sent_at": now, "visible_at": now, "sys": system}
