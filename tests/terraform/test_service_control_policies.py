"""
What the organisation denies: that the documents fit, where they hang, and whom they let through.

What they deny is proved request by request in tests/iam_proof.
"""

import json
from collections import Counter
from typing import Any

import pytest

from deploy.terraform.values import Environment
from tests.terraform.offline import environment_values, offline_root, plan_case, planned
from tests.terraform.policies import Statement, statements

pytestmark = pytest.mark.terraform

POLICY = "aws_organizations_policy"
ROLES = "arn:aws:iam::222222222222:role/modelgate-local-"
DEPLOYER = "arn:aws:iam::222222222222:role/modelgate-deploy"


def documents(case: str) -> dict[str, str]:
    """The text of each policy, by what it is about."""
    found = planned(plan_case("organization", case))
    return {address.split('"')[1]: values["content"] for address, values in found.items() if f".{POLICY}." in address}


def denied() -> dict[str, Statement]:
    """By sid; the leave statement is in two policies, alike."""
    return {statement.sid: statement for statement in statements(plan_case("organization", "local"), POLICY)}


def exempt(statement: Statement) -> set[str]:
    found: Any = statement.conditions.get("ArnNotEquals", {}).get("aws:PrincipalArn", [])
    return {found} if isinstance(found, str) else set(found)


def test_every_document_fits_also_with_the_longest_names() -> None:
    """The service takes 5,120 characters; one more and the whole apply fails."""
    lengths = {name: len(text) for case in ("local", "widest") for name, text in documents(case).items()}

    assert lengths.keys() == {"machinery", "registration", "registry", "roles", "stores"}
    assert {name: length for name, length in lengths.items() if length >= 5120} == {}


@pytest.mark.parametrize("case", ["local", "widest"])
def test_a_target_holds_at_most_four_of_them(case: str) -> None:
    """Five hang on a target at most, and AWS's own FullAWSAccess is one."""
    found = planned(plan_case("organization", case))
    hung = Counter(values["target_id"] for address, values in found.items() if f".{POLICY}_attachment." in address)

    assert hung
    assert max(hung.values()) <= 4


def test_they_only_deny() -> None:
    """An Allow would grant nothing, and look as if it did."""
    assert {statement.effect for statement in statements(plan_case("organization", "local"), POLICY)} == {"Deny"}


def test_governance_and_every_product_account_are_bound_without_further_values() -> None:
    """Whoever names no organizational units gets the accounts of the environment."""
    found = planned(plan_case("organization", "local"))
    targets = {
        kind: {v["target_id"] for a, v in found.items() if f".{POLICY}_attachment.{kind}" in a}
        for kind in ("governance", "products")
    }
    environment = Environment.read("local")

    assert targets == {"governance": {environment.governance_account}, "products": set(environment.products.values())}


def test_every_exempt_role_of_the_gate_is_one_that_the_platform_makes() -> None:
    """A name that nobody has yet is one that somebody may take; the deployer's and the image's are values.

    Where no model is evaluated some are not made; that nobody but the deployer may make one of these names is proved
    in tests/iam_proof.
    """
    made = {
        f"arn:aws:iam::222222222222:role{values['path']}{values['name']}"
        for address, values in planned(plan_case("governance", "generative")).items()
        if ".aws_iam_role." in f".{address}"
    }
    let_through = {arn for statement in denied().values() for arn in exempt(statement)}

    assert let_through - made == {DEPLOYER, "arn:aws:iam::222222222222:role/modelgate-image"}


def test_whoever_is_on_call_may_only_handle_messages() -> None:
    """Dead letters wait for a person, who need not be able to change the platform."""
    on_call = "arn:aws:iam::222222222222:role/platform/automation/modelgate-on-call"
    found = statements(plan_case("organization", "widest"), POLICY)

    assert {s.sid for s in found if on_call in exempt(s)} == {
        "OnlyTheGateSendsToItsQueues",
        "OnlyTheGateTakesFromItsQueues",
    }


def test_nobody_at_all_may_steer_an_execution_wear_a_role_of_the_gate_or_leave() -> None:
    """Not even the deployer."""
    unconditional = {sid for sid, statement in denied().items() if not statement.conditions}

    assert unconditional == {
        "NobodySteersAnExecution",
        "NobodyWearsTheRolesOfTheGate",
        "NothingElseIsDoneToGovernancesRegistry",
        "TheAccountStaysUnderThisPolicy",
    }


def test_the_deployer_can_neither_approve_nor_start_nor_sign() -> None:
    """It changes the platform under review, and no package."""
    expected = {
        "OnlyTheUpdateStepChangesPackages": {f"{ROLES}break-glass", f"{ROLES}update"},
        "OnlyTheTriggerStarts": {f"{ROLES}start-approval"},
        "OnlyTheUpdateStepSigns": {f"{ROLES}update"},
        "NobodyHandsASigningKeyOn": set(),
        "NothingIsBornApproved": set(),
    }

    assert {sid: exempt(denied()[sid]) for sid in expected} == expected


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_every_environment_lets_its_own_deployer_through(environment: str) -> None:
    """The tracked values are enough for a plan, and the documents name that environment's governance account only."""
    plan = planned(offline_root("organization").plan(environment_values("organization", environment)))
    account = Environment.read(environment).governance_account
    texts = [values["content"] for address, values in plan.items() if f".{POLICY}.governance[" in address]
    arns = {arn for text in texts for s in json.loads(text)["Statement"] for arn in _principals(s)}

    assert len(texts) == 4
    assert {arn.split(":")[4] for arn in arns} == {account}
    assert f"arn:aws:iam::{account}:role/modelgate-deploy" in arns


def _principals(statement: dict[str, Any]) -> list[str]:
    found = statement.get("Condition", {}).get("ArnNotEquals", {}).get("aws:PrincipalArn", [])
    return [found] if isinstance(found, str) else found
