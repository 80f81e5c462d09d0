"""
What happens to an event a rule cannot deliver.

Stock MiniStack delivers to a queue whose policy names nobody, drops what it cannot deliver with a warning, and ignores
`DeadLetterConfig`. Here a queue's policy must let the rule in, and an event that is refused goes to the target's
dead-letter queue with the attributes EventBridge adds. Refusals are final at once, as on AWS: a target that is gone, or
that the rule may not use. Any other failure is tried again (`rule_retries`) before the event is set aside.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator, responses
from ministack.core.arn import parse_arn
from ministack.services import eventbridge, lambda_svc, sqs

from local.ministack.accounts import run_as
from local.ministack.bus_policies import bus_policy_allows
from local.ministack.rule_retries import exhausted, failure_of, in_background

NO_RESOURCE, NO_PERMISSIONS = "NO_RESOURCE", "NO_PERMISSIONS"
log = logging.getLogger("modelgate.rules")


def patch_rule_targets() -> None:
    stock = eventbridge._invoke_target

    def invoke(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None) -> None:
        view = view or eventbridge._pattern_event_view(event)
        body = json.dumps(view.event_with_detail())

        def attempt() -> str | None:
            refusal = _refusal(parse_arn(target["Arn"]), rule["Arn"])
            if refusal is None:
                return failure_of(lambda: stock(target, event, rule, view), target["Arn"])
            log.warning("rule %s cannot deliver to %s: %s", rule["Arn"], target["Arn"], refusal)
            _set_aside(target, rule["Arn"], {"ERROR_CODE": refusal, "ERROR_MESSAGE": refusal}, body)
            return None

        if (failure := attempt()) is not None:
            log.warning("rule %s tries %s again: %s", rule["Arn"], target["Arn"], failure)
            in_background(lambda: _try_again(attempt, failure, target, rule["Arn"], body))

    eventbridge._invoke_target = invoke


def _try_again(
    attempt: Callable[[], str | None], failure: str, target: dict[str, Any], rule_arn: str, body: str
) -> None:
    given_up = exhausted(attempt, target.get("RetryPolicy") or {}, failure)
    if given_up is None:
        return
    log.warning("rule %s gives up %s after %d retries: %s", rule_arn, target["Arn"], given_up.retries, given_up.reason)
    error = {"ERROR_CODE": given_up.reason.split(":", 1)[0], "ERROR_MESSAGE": given_up.reason}
    ran_out = {"RETRY_ATTEMPTS": str(given_up.retries), "EXHAUSTED_RETRY_CONDITION": given_up.condition}
    _set_aside(target, rule_arn, error | ran_out, body)


def _refusal(target: Any, rule_arn: str) -> str | None:
    """Return why *target* would not take an event of the rule, or None."""
    here = responses.get_account_id()
    if target.service == "sqs" and target.account_id == here:
        return _queue_refusal(str(target), rule_arn)
    if target.service == "lambda" and target.account_id == here:
        return _function_refusal(str(target), rule_arn)
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
    return _policy_refusal(queue["attributes"].get("Policy") or "", "sqs:SendMessage", arn, rule_arn)


def _function_refusal(arn: str, rule_arn: str) -> str | None:
    function = lambda_svc._get_func_record_for_ref(arn)[0]
    if not function:
        return NO_RESOURCE
    return _policy_refusal(json.dumps(function["policy"]), "lambda:InvokeFunction", arn, rule_arn)


def _policy_refusal(policy: str, action: str, resource: str, rule_arn: str) -> str | None:
    context = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource,
        region=responses.get_region(),
        service_context={"aws:sourcearn": rule_arn, "aws:sourceaccount": responses.get_account_id()},
    )
    answer = iam_evaluator.evaluate_resource_policy(policy, context, service="events.amazonaws.com")
    return None if answer.decision == "Allow" else NO_PERMISSIONS


def _set_aside(target: dict[str, Any], rule_arn: str, reasons: dict[str, str], body: str) -> None:
    dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not dead_letters:
        return
    if (reason := _queue_refusal(dead_letters, rule_arn)) is not None:
        log.warning("rule %s loses an event, its dead-letter queue refuses it: %s", rule_arn, reason)
        return
    texts = {"RULE_ARN": rule_arn, "TARGET_ARN": target["Arn"], **reasons}
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
    url = sqs._queue_url(parse_arn(dead_letters).resource)
    sqs._act_send_message({"QueueUrl": url, "MessageBody": body, "MessageAttributes": attributes}, url)
