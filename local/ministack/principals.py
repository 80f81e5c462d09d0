"""
Who calls: the role, not the account.

Without IAM evaluation stock MiniStack runs every function as its account's root, and judges bucket policies by accounts
only. Then a policy narrowed to one role by `aws:PrincipalArn` denies everybody. Here functions get a session of their
role, and S3 compares the role's ARN. Identity policies stay unevaluated.
"""

import contextvars
import hashlib
from dataclasses import replace
from typing import Any

from ministack.core import iam_evaluator, lambda_runtime, responses
from ministack.core.router import extract_access_key_id
from ministack.services import iam, lambda_svc, s3, sts

from local.ministack.accounts import run_as

_caller: contextvars.ContextVar[str | None] = contextvars.ContextVar("ARN of the calling role", default=None)


def patch_principals() -> None:
    lambda_runtime.execution_credentials = execution_credentials
    lambda_svc.execution_credentials = execution_credentials
    _remember_the_caller_of_s3()
    _judge_bucket_policies_by_role()


def execution_credentials(config: dict[str, Any]) -> dict[str, str]:
    """Return the keys of a session of the function's execution role."""
    account, _ = lambda_runtime._account_region_from_function_config(config)
    role, name = config["Role"].rpartition("/")[2], config["FunctionName"][:64]
    seed = hashlib.sha256(f"{config['FunctionArn']} {config['Role']}".encode()).hexdigest()
    key, secret, token = f"ASIA{seed[:16].upper()}", seed[16:56], seed[24:]
    session = {"Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}", "UserId": f"AROA{seed[:16].upper()}:{name}"}
    sts.register_session(key, {**session, "SecretAccessKey": secret, "SessionToken": token})
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}


def _remember_the_caller_of_s3() -> None:
    stock = s3._apply_bucket_scope

    def apply_bucket_scope(
        method: str, bucket: str, key: str, headers: Any, query: Any, *rest: Any, **more: Any
    ) -> Any:
        _caller.set(_role_arn(extract_access_key_id(headers, query)))
        return stock(method, bucket, key, headers, query, *rest, **more)

    s3._apply_bucket_scope = apply_bucket_scope


def _role_arn(access_key: str) -> str | None:
    """Return the ARN of the role behind a session's key, path included, or None for an account's root key."""
    arn = (sts._sessions.get(access_key) or {}).get("Arn", "")
    kind, _, rest = arn.rpartition(":")[2].partition("/")
    if kind != "assumed-role":
        return None
    account, name = arn.split(":")[4], rest.split("/")[0]
    role = run_as(account, responses.get_region(), iam._roles.get, name)
    return role["Arn"] if role else f"arn:aws:iam::{account}:role/{name}"


def _judge_bucket_policies_by_role() -> None:
    stock = iam_evaluator.evaluate_resource_policy

    def evaluate(document: Any, context: Any, *rest: Any, **more: Any) -> Any:
        caller = _caller.get()
        if context.principal_type == "Root" and caller and caller.split(":")[4] == context.principal_account:
            context = replace(context, principal_arn=caller, principal_type="AssumedRole")
        # Loopback stands for TLS: policies that deny plain HTTP would otherwise deny everything here.
        return stock(document, replace(context, secure_transport=True), *rest, **more)

    iam_evaluator.evaluate_resource_policy = evaluate
