"""Evaluation of resource policies."""

from typing import Any

import pytest

from local.sagemaker.resource_policy import Access, Decision, decide, problem_with

ROLE = "arn:aws:iam::333333333333:role/team/register"
SESSION = "arn:aws:sts::333333333333:assumed-role/register/build"
PACKAGE = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loans/7"


def access(**context: str) -> Access:
    return Access(
        principals=(ROLE, SESSION),
        account="333333333333",
        action="sagemaker:CreateModelPackage",
        resource=PACKAGE,
        context={"aws:principalarn": ROLE} | {k.replace("__", ":"): v for k, v in context.items()},
    )


def policy(effect: str = "Allow", **members: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Principal": "*", "Action": "sagemaker:*", "Resource": "*"} | members
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": "333333333333"},
        {"AWS": ["1", "arn:aws:iam::333333333333:root"]},
        {"AWS": ROLE},
        {"AWS": SESSION},
    ],
)
def test_principals_that_match(principal: Any) -> None:
    """Everybody, the account in both forms, the role, its session."""
    assert decide(policy(Principal=principal), access()) is Decision.ALLOW


@pytest.mark.parametrize(
    "members",
    [
        {"Principal": {"AWS": "444444444444"}},
        {"Principal": {"AWS": "arn:aws:iam::333333333333:role/*"}},
        {"Principal": {"Service": "sagemaker.amazonaws.com"}},
        {"Action": "sagemaker:UpdateModelPackage"},
        {"Resource": PACKAGE.replace("/7", "/8")},
        {"Resource": PACKAGE.replace("loans/7", "other/*")},
        {"NotAction": "sagemaker:Create*", "Action": "none"},
    ],
)
def test_statements_that_do_not_speak_of_this(members: dict[str, Any]) -> None:
    """Another principal, a wildcard inside a role's ARN, another action or resource: silence."""
    assert decide(policy(**members), access()) is Decision.SILENT


@pytest.mark.parametrize("action", ["sagemaker:Create*", "SageMaker:createmodelpackage", "*", ["x:y", "sagemaker:*"]])
def test_actions_match_by_wildcard_and_without_case(action: Any) -> None:
    """As IAM matches actions."""
    assert decide(policy(Action=action, Resource=PACKAGE[:-1] + "*"), access()) is Decision.ALLOW


STATUS = "sagemaker:ModelApprovalStatus"


@pytest.mark.parametrize(
    ("condition", "given", "holds"),
    [
        ({"StringEquals": {STATUS: "Approved"}}, "Approved", True),
        ({"StringEquals": {STATUS: "Approved"}}, "Rejected", False),
        ({"StringEquals": {STATUS: "Approved"}}, None, False),
        ({"StringEqualsIfExists": {STATUS: ["A", "B"]}}, None, True),
        ({"StringEqualsIfExists": {STATUS: ["A", "B"]}}, "B", True),
        ({"StringNotEquals": {STATUS: "Approved"}}, None, True),
        ({"StringNotEquals": {STATUS: ["Approved", "Rejected"]}}, "Rejected", False),
        ({"StringNotEqualsIfExists": {STATUS: "Pending"}}, None, True),
        ({"StringNotEqualsIfExists": {STATUS: "Pending"}}, "Approved", True),
        ({"StringLike": {STATUS: "App*"}}, "Approved", True),
        ({"Null": {STATUS: "true"}}, None, True),
        ({"Null": {STATUS: "true"}}, "Approved", False),
        ({"ArnEquals": {"aws:PrincipalArn": ROLE}}, None, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}}, None, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:*"}}, None, False),
        ({"ArnNotEquals": {"aws:PrincipalArn": ROLE}}, None, False),
        ({"StringEquals": {STATUS: "A"}, "ArnEquals": {"aws:PrincipalArn": ROLE}}, "B", False),
        ({"NumericLessThan": {STATUS: "5"}}, "4", False),
    ],
)
def test_conditions(condition: dict[str, Any], given: str | None, holds: bool) -> None:
    """Operators, IfExists, missing keys, several keys; an unknown operator never allows."""
    context = {"sagemaker__modelapprovalstatus": given} if given else {}

    decided = decide(policy(Condition=condition), access(**context))

    assert decided is (Decision.ALLOW if holds else Decision.SILENT)


def test_deny_beats_allow() -> None:
    """Wherever it stands."""
    statements = policy()["Statement"] + policy("Deny")["Statement"] + policy()["Statement"]

    assert decide({"Statement": statements}, access()) is Decision.DENY


def test_deny_with_an_unknown_operator_denies() -> None:
    """Doubt closes the door."""
    assert decide(policy("Deny", Condition={"IpAddress": {"aws:SourceIp": "x"}}), access()) is Decision.DENY


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "no Statement"),
        ({"Statement": [{"Effect": "Maybe"}]}, "statement 1 has no Effect"),
        ({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, "no Principal"),
    ],
)
def test_documents_that_are_no_policies(document: Any, said: str) -> None:
    """The refusal says which statement lacks what."""
    assert said in (problem_with(document) or "")
