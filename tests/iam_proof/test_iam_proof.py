"""What the planned policies allow and refuse, asked of an IAM engine: identity, resource and organisation together."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.iam_proof.node import prove
from tests.iam_proof.plans import write_plans

pytestmark = pytest.mark.terraform

Resource = dict[str, Any]


@pytest.fixture(scope="session")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every root planned once."""
    return write_plans(tmp_path_factory.mktemp("plans"))


@pytest.fixture
def doctored(plans: Path, tmp_path: Path) -> Callable[[str, Callable[[list[Resource]], None]], str]:
    """Changes one plan as it is told, and returns what the proof says to that."""

    def change_and_prove(name: str, change: Callable[[list[Resource]], None]) -> str:
        folder = tmp_path / "plans"
        shutil.copytree(plans, folder)
        plan = json.loads((folder / f"{name}.json").read_text())
        change(plan["resources"])
        (folder / f"{name}.json").write_text(json.dumps(plan))
        outcome = prove(folder, "--without-mutants")

        assert outcome.returncode != 0
        return outcome.stdout + outcome.stderr

    return change_and_prove


def find(resources: list[Resource], address: str) -> Resource:
    return next(resource for resource in resources if resource["address"] == address)


def test_policies_allow_and_refuse_what_they_must_and_every_rule_is_needed(
    plans: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every named case, the sweep over all actions that write, and each rule damaged: nothing is unexpected."""
    outcome = prove(plans)
    with capsys.disabled():
        print(f"\n{outcome.stdout}{outcome.stderr}")  # noqa: T201  the counts are for people

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    counted = {word: int(number) for word, number in re.findall(r"^(cases|sweep|mutants) +(\d+)", outcome.stdout, re.M)}
    assert counted["cases"] >= 3000
    assert counted["sweep"] >= 600
    assert counted["mutants"] >= 1500


def test_a_policy_that_is_known_only_after_apply_is_refused(doctored: Callable[..., str]) -> None:
    """Nobody has reviewed what is decided during an apply."""

    def hide(resources: list[Resource]) -> None:
        policy = find(resources, "module.evidence_store.aws_s3_bucket_policy.evidence")
        del policy["after"]["policy"]
        policy["unknown"]["policy"] = True

    assert "aws_s3_bucket_policy.evidence.policy is known only after apply" in doctored("governance", hide)


def test_a_resource_without_its_policy_is_refused(doctored: Callable[..., str]) -> None:
    """A queue without a policy has the service's default, which nobody wrote down."""

    def take_away(resources: list[Resource]) -> None:
        find(resources, "module.start_approval_route.aws_sqs_queue.events")["after"]["policy"] = None

    assert "aws_sqs_queue.events.policy is absent" in doctored("governance", take_away)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_iam_role_policy_attachment", {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ("aws_sqs_queue_policy", {"policy": '{"Statement": []}'}),
        ("aws_kms_grant", {"operations": ["Sign"]}),
    ],
)
def test_a_kind_of_resource_that_nobody_looked_at_is_refused(
    doctored: Callable[..., str], kind: str, values: dict[str, Any]
) -> None:
    """Managed policies, grants and whatever comes next: skipped, they would look like ones that passed."""

    def add(resources: list[Resource]) -> None:
        resources.append({"address": f"{kind}.new", "type": kind, "after": values, "unknown": {}})

    assert f"{kind}.new is of a kind nobody has looked at" in doctored("governance", add)


def test_a_policy_in_an_attribute_that_nobody_reads_is_refused(doctored: Callable[..., str]) -> None:
    """An inline policy of a role, for instance, beside the ones that are resources of their own."""

    def add(resources: list[Resource]) -> None:
        role = find(resources, "module.approval_pipeline.aws_iam_role.check")
        role["after"]["inline_policy"] = [{"name": "extra", "policy": '{"Statement": []}'}]
        role["unknown"].pop("inline_policy", None)

    assert "aws_iam_role.check.inline_policy carries a policy that nothing here reads" in doctored("governance", add)


def test_a_managed_policy_named_by_a_role_is_refused(doctored: Callable[..., str]) -> None:
    """Its content is in no plan."""

    def add(resources: list[Resource]) -> None:
        role = find(resources, "module.approval_pipeline.aws_iam_role.check")
        role["after"]["managed_policy_arns"] = ["arn:aws:iam::aws:policy/AdministratorAccess"]
        role["unknown"].pop("managed_policy_arns", None)

    assert "aws_iam_role.check.managed_policy_arns carries a policy" in doctored("governance", add)


def test_a_document_for_the_deployer_that_is_not_known_is_refused(plans: Path, tmp_path: Path) -> None:
    """Bootstrap hands them out as an output; without them nothing says what the deployer may do."""
    folder = tmp_path / "plans"
    shutil.copytree(plans, folder)
    plan = json.loads((folder / "bootstrap-governance.json").read_text())
    plan["outputs"] = {}
    (folder / "bootstrap-governance.json").write_text(json.dumps(plan))

    assert "output deployer_policies is absent" in prove(folder, "--without-mutants").stderr


def test_a_policy_of_the_organisation_that_hangs_nowhere_is_noticed(doctored: Callable[..., str]) -> None:
    """Which account it reaches is read from the plan, not taken on faith."""

    def detach(resources: list[Resource]) -> None:
        resources[:] = [r for r in resources if 'attachment.governance["registry/' not in r["address"]]

    said = doctored("organization", detach)

    assert "an administrator approves in loan-approval: sagemaker:UpdateModelPackage is Allowed" in said


def test_a_lost_condition_of_a_group_is_noticed(doctored: Callable[..., str]) -> None:
    """A group that takes any status: a package could be born approved where no organisation forbids it."""

    def widen(resources: list[Resource]) -> None:
        policy = find(resources, 'module.model_registry.aws_sagemaker_model_package_group_policy.team["loan-approval"]')
        document = json.loads(policy["after"]["resource_policy"])
        for statement in document["Statement"]:
            statement["Condition"].pop("StringEquals", None)
        policy["after"]["resource_policy"] = json.dumps(document)

    said = doctored("governance", widen)

    assert "lending in loan-approval registers as approved, without the organisation's policies" in said
