"""
What happens to an event a rule cannot deliver.

Stock MiniStack delivers to a queue whose policy names nobody, drops what it cannot deliver with a warning, and ignores
`DeadLetterConfig`. Here a queue's policy must let the rule in, and an event that is refused goes to the target's
dead-letter queue with the attributes EventBridge adds. Refusals are final at once: `RetryPolicy` is still ignored, as
nothing here fails for a while and then works.
"""

import json
import logging
from typing import Any

from ministack.core import iam_evaluator, responses
from ministack.core.arn import parse_arn
from ministack.services import eventbridge, lambda_svc, sqs

from local.ministack.accounts import run_as
from local.ministack.bus_policies import bus_policy_allows

NO_RESOURCE, NO_PERMISSIONS = "NO_RESOURCE", "NO_PERMISSIONS"
log = logging.getLogger("modelgate.rules")


def patch_rule_targets() -> None:
    stock = eventbridge._invoke_target

    def invoke(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None) -> None:
        view = view or eventbridge._pattern_event_view(event)
        refusal = _refusal(parse_arn(target["Arn"]), rule["Arn"])
        if refusal is None:
            stock(target, event, rule, view)
        else:
            log.warning("rule %s cannot deliver to %s: %s", rule["Arn"], target["Arn"], refusal)
            _set_aside(target, rule["Arn"], refusal, json.dumps(view.event_with_detail()))

    eventbridge._invoke_target = invoke


def _refusal(target: Any, rule_arn: str) -> str | None:
    """Return why *target* would not take an event of the rule, or None."""
    here = responses.get_account_id()
    if target.service == "sqs" and target.account_id == here:
        return _queue_refusal(str(target), rule_arn)
    if target.service == "lambda" and target.account_id == here:
        return None if lambda_svc._get_func_record_for_ref(str(target))[0] else NO_RESOURCE
    if target.service == "events" and target.resource.startswith("event-bus/"):
        bus = target.resource.split("/", 1)[1]
        return run_as(target.account_id, target.region, _bus_refusal, bus, here)  # type: ignore[no-any-return]
    return None


def _bus_refusal(bus: str, caller: str) -> str | None:
    if bus != "default" and bus not in eventbridge._event_buses:
        return NO_RESOURCE
    return None if bus_policy_allows(bus, caller=caller, owner=responses.get_account_id()) else NO_PERMISSIONS


def _queue_refusal(arn: str, rule_arn: str) -> str | None:
    queue = sqs._queue_by_arn(arn)
    if queue is None:
        return NO_RESOURCE
    context = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="sqs:SendMessage",
        resource_arn=arn,
        region=responses.get_region(),
        service_context={"aws:sourcearn": rule_arn, "aws:sourceaccount": responses.get_account_id()},
    )
    policy = queue["attributes"].get("Policy") or ""
    answer = iam_evaluator.evaluate_resource_policy(policy, context, service="events.amazonaws.com")
    return None if answer.decision == "Allow" else NO_PERMISSIONS


def _set_aside(target: dict[str, Any], rule_arn: str, refusal: str, body: str) -> None:
    dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not dead_letters:
        return
    if (reason := _queue_refusal(dead_letters, rule_arn)) is not None:
        log.warning("rule %s loses an event, its dead-letter queue refuses it: %s", rule_arn, reason)
        return
    texts = {"RULE_ARN": rule_arn, "TARGET_ARN": target["Arn"], "ERROR_CODE": refusal, "ERROR_MESSAGE": refusal}
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
    url = sqs._queue_url(parse_arn(dead_letters).resource)
    sqs._act_send_message({"QueueUrl": url, "MessageBody": body, "MessageAttributes": attributes}, url)
