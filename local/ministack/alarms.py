"""
What CloudWatch alarms read back.

Terraform's provider speaks the query protocol, whose stock XML answer leaves out most fields: a perpetual diff. The
JSON answer is complete, so the XML is rendered from it.
"""

import json
import re
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

_LIST_PARAMETER = re.compile(r"(AlarmNames|AlarmTypes)\.member\.[0-9]+")


def patch_alarm_readback() -> None:
    stock = cloudwatch._describe_alarms

    def describe(params: Any, cbor_data: Any, is_cbor: bool, is_json: bool = False) -> Any:
        if is_cbor or is_json:
            return stock(params, cbor_data, is_cbor, is_json)
        status, _, body = stock({}, _as_json_request(params), False, True)
        if status != 200:
            return stock(params, cbor_data, is_cbor, is_json)
        result = f"<DescribeAlarmsResult>{_xml(json.loads(body))}</DescribeAlarmsResult>"
        return cloudwatch._xml(200, "DescribeAlarmsResponse", result)

    cloudwatch._describe_alarms = describe


def _as_json_request(params: Any) -> dict[str, Any]:
    request: dict[str, Any] = {"AlarmNames": [], "AlarmTypes": []}
    for name in params:
        if match := _LIST_PARAMETER.fullmatch(name):
            request[match[1]].append(cloudwatch._p(params, name))
    for name in ("AlarmNamePrefix", "StateValue", "NextToken"):
        request[name] = cloudwatch._p(params, name)
    request["MaxRecords"] = cloudwatch._p(params, "MaxRecords") or None
    return request


def _xml(value: Any) -> str:
    if isinstance(value, list):
        return "".join(f"<member>{_xml(item)}</member>" for item in value)
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(item)}</{name}>" for name, item in value.items() if _is_shown(name, item))
    if isinstance(value, bool):
        return str(value).lower()
    return escape(str(value))


def _is_shown(name: str, value: Any) -> bool:
    return value is not None and value != "" and not name.endswith("Timestamp")
