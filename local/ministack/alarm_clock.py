"""
Alarms that go off.

Stock MiniStack looks at an alarm only when somebody publishes a metric, takes the points of all dimensions for its own,
and measures no queue. Here the depth and age of queues are metrics, and every alarm on one metric is judged each second
over sliding periods, missing data treated as the alarm says. Alarms on expressions stay unjudged.
"""

import logging
import operator
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch, sqs

from local.ministack.accounts import run_as

TICK_SECONDS = 1.0
KEPT_POINTS = 1000  # a quarter of an hour: more than any alarm here looks back
log = logging.getLogger("modelgate.alarms")

_BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_MISSING = {"notBreaching": False, "breaching": True}


def patch_alarm_clock() -> None:
    cloudwatch._evaluate_alarm = judge
    threading.Thread(target=_tick_forever, name="alarm clock", daemon=True).start()


def judge(alarm: dict[str, Any]) -> None:
    """Move the alarm to the state its periods call for, and run the actions of a change."""
    old, new = alarm["StateValue"], _state(alarm, time.time())
    if new in (None, old):
        return
    reason = f"{alarm['MetricName']} {alarm['ComparisonOperator']} {alarm['Threshold']}: {new}"
    alarm |= {"StateValue": new, "StateReason": reason, "StateUpdatedTimestamp": int(time.time())}
    cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _state(alarm: dict[str, Any], now: float) -> str | None:
    """Return the state, or None when it cannot be told and stays as it is."""
    breaches = _BREACHES.get(alarm.get("ComparisonOperator", ""))
    if breaches is None or not alarm.get("MetricName"):
        return None
    missing = alarm.get("TreatMissingData", "missing")
    periods = [_value(alarm, now, index) for index in range(alarm["EvaluationPeriods"])]
    found = [_MISSING.get(missing) if value is None else breaches(value, alarm["Threshold"]) for value in periods]
    if found.count(True) >= (alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"]):
        return "ALARM"
    if any(verdict is not None for verdict in found):
        return "OK"
    return "INSUFFICIENT_DATA" if missing == "missing" else None


def _value(alarm: dict[str, Any], now: float, index: int) -> float | None:
    """Return the statistic of the period that ended *index* periods ago, or None without data."""
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in alarm.get("Dimensions", [])}
    key = (alarm["Namespace"], alarm["MetricName"], cloudwatch._dims_key(dimensions))
    end = now - index * alarm["Period"]
    points = [p for p in cloudwatch._metrics.get(key, []) if end - alarm["Period"] < p["Timestamp"] <= end]
    if not points:
        return None
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    value: float | None = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points)
    return value


def _tick_forever() -> None:
    while True:
        time.sleep(TICK_SECONDS)
        try:
            _tick()
        except Exception:  # an alarm must not end the clock of all others
            log.exception("alarms were not judged")


def _tick() -> None:
    for (account, region, _), queue in list(sqs._queues._data.items()):
        run_as(account, region, _measure, queue)
    for (account, region, _), alarm in list(cloudwatch._alarms._data.items()):
        run_as(account, region, judge, alarm)


def _measure(queue: dict[str, Any]) -> None:
    now, messages = time.time(), list(queue["messages"])
    name = queue["attributes"]["QueueArn"].rpartition(":")[2]
    visible = sum(message["visible_at"] <= now for message in messages)
    oldest = max((now - message["sent_at"] for message in messages), default=0.0)
    for metric, value in (("ApproximateNumberOfMessagesVisible", visible), ("ApproximateAgeOfOldestMessage", oldest)):
        points = cloudwatch._metrics.get(("AWS/SQS", metric, cloudwatch._dims_key({"QueueName": name})))
        if value or points:  # a queue never used has no data, as on AWS
            cloudwatch.record_metric("AWS/SQS", metric, value, "None", {"QueueName": name})
        if points:
            del points[:-KEPT_POINTS]
