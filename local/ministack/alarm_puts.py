"""
What PutMetricAlarm stores.

Stock MiniStack forgets the queries of an alarm on an expression and gives it a period and a statistic it must not have;
over the query protocol it also forgets `InsufficientDataActions`. Each is a perpetual Terraform diff.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch

_ONLY_WITHOUT_QUERIES = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit")
_TYPES: dict[str, Callable[[str], Any]] = {"Period": int, "ReturnData": lambda text: text.lower() == "true"}


def patch_alarm_puts() -> None:
    stock = cloudwatch._put_metric_alarm

    def put_metric_alarm(params: Any, body: Any, is_cbor: bool, is_json: bool = False) -> Any:
        response = stock(params, body, is_cbor, is_json)
        if response[0] == 200:
            structured = is_cbor or is_json
            given = body if structured else {**_lists(params), "AlarmName": cloudwatch._p(params, "AlarmName")}
            _complete(cloudwatch._alarms[given["AlarmName"]], given)
        return response

    cloudwatch._put_metric_alarm = put_metric_alarm


def _complete(alarm: dict[str, Any], given: dict[str, Any]) -> None:
    alarm["InsufficientDataActions"] = given.get("InsufficientDataActions", [])
    if given.get("Metrics"):
        alarm["Metrics"] = [{"ReturnData": True, **query} for query in given["Metrics"]]
        for name in _ONLY_WITHOUT_QUERIES:
            alarm.pop(name, None)


def _lists(params: Any) -> dict[str, Any]:
    """Return the list parameters of a query: `Metrics.member.1.Id=e` becomes {"Metrics": [{"Id": "e"}]}."""
    tree: dict[str, Any] = {}
    for name in params:
        *path, leaf = name.split(".")
        if path and path[0] in ("Metrics", "InsufficientDataActions"):
            node = tree
            for step in path:
                node = node.setdefault(step, {})
            node[leaf] = _TYPES.get(leaf, str)(cloudwatch._p(params, name))
    found: dict[str, Any] = _without_members(tree)
    return found


def _without_members(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if set(node) == {"member"}:
        members = node["member"]
        return [_without_members(members[number]) for number in sorted(members, key=int)]
    return {name: _without_members(value) for name, value in node.items()}
