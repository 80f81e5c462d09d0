"""
Events that cross accounts.

Stock MiniStack drops a rule target on another account's bus with only a warning, and answers ResourceNotFound to
PutEvents on another account's bus ARN.
"""

import json
import logging
import time
from typing import Any

from ministack.core import responses
from ministack.services import eventbridge

from local.ministack.accounts import run_as
from local.ministack.bus_policies import bus_policy_allows

log = logging.getLogger("modelgate.buses")


def patch_buses() -> None:
    patch_cross_account_targets()
    patch_put_events()


def patch_cross_account_targets() -> None:
    """Deliver to a rule target on another account's bus; the event keeps its origin account, as on AWS."""
    stock = eventbridge._dispatch_to_event_bus

    def dispatch(spec: Any, event: dict[str, Any], rule: Any, event_path: Any, target_input: Any = None) -> None:
        here = (responses.get_account_id(), responses.get_region())
        if (spec.account_id, spec.region) == here:
            stock(spec, event, rule, event_path, target_input)
        elif (event.get("Account"), event.get("Region")) != here:
            # AWS forwards across accounts one hop only, which is also what stops a loop.
            log.warning("event came from elsewhere and is not forwarded again: %s", spec)
        else:
            bus = spec.resource.split("/", 1)[1]
            run_as(spec.account_id, spec.region, _deliver, bus, event, here[0], spec, target_input)

    eventbridge._dispatch_to_event_bus = dispatch


def _deliver(bus: str, event: dict[str, Any], caller: str, spec: Any, target_input: str | None) -> None:
    if not _exists(bus):
        log.warning("event not delivered, no such bus: %s", spec)
    elif not bus_policy_allows(bus, caller=caller, owner=spec.account_id):
        log.warning("event not delivered, the bus policy denies %s: %s", caller, spec)
    else:
        forwarded = {**event, "EventBusName": bus, "_DispatchPath": []}
        if target_input is not None:
            forwarded["Detail"] = target_input
        _publish(forwarded)


def _exists(bus: str) -> bool:
    return bus == "default" or bus in eventbridge._event_buses


def _publish(event: dict[str, Any]) -> None:
    eventbridge._dispatch_event(event)
    eventbridge._archive_event({name: value for name, value in event.items() if name != "_DispatchPath"})


def patch_put_events() -> None:
    stock = eventbridge._put_events

    def put_events(data: dict[str, Any], allow_aws_source: bool = False) -> Any:
        entries = data.get("Entries", [])
        if len(entries) > 10:  # stock owns the limit and its message
            return stock(data, allow_aws_source)
        caller = responses.get_account_id()
        results: list[dict[str, Any]] = []
        for entry in entries:
            bus = entry.get("EventBusName", "")
            if bus.startswith("arn:") and bus.split(":")[4] != caller:
                results.append(_put_on_foreign_bus(entry, bus, caller))
            else:
                results += json.loads(stock({"Entries": [entry]}, allow_aws_source)[2])["Entries"]
        failed = sum("ErrorCode" in result for result in results)
        return responses.json_response({"FailedEntryCount": failed, "Entries": results})

    eventbridge._put_events = put_events


def _put_on_foreign_bus(entry: dict[str, Any], arn: str, caller: str) -> dict[str, Any]:
    _, _, _, region, account, resource = arn.split(":", 5)
    bus = resource.split("/")[-1]
    return dict(run_as(account, region, _accept_foreign_entry, entry, account, region, bus, caller))


def _accept_foreign_entry(entry: dict[str, Any], account: str, region: str, bus: str, caller: str) -> dict[str, Any]:
    if str(entry.get("Source", "")).startswith("aws."):
        return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
    if not _exists(bus):
        return {"ErrorCode": "ResourceNotFoundException", "ErrorMessage": f"Event bus {bus} does not exist."}
    if not bus_policy_allows(bus, caller=caller, owner=account):
        reason = f"{caller} is not authorized to perform: events:PutEvents on {entry['EventBusName']}"
        return {"ErrorCode": "AccessDeniedException", "ErrorMessage": reason}
    event = {
        "EventId": responses.new_uuid(),
        "Source": entry.get("Source", ""),
        "DetailType": entry.get("DetailType", ""),
        "Detail": entry.get("Detail", "{}"),
        "EventBusName": bus,
        "Time": int(time.time()),
        "Resources": entry.get("Resources", []),
        "Account": caller,
        "Region": region,
    }
    _publish(event)
    return {"EventId": event["EventId"]}
