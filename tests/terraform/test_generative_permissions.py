"""Who may do what of an evaluation: who asks does not count, who counts does not ask, and neither judges or decides."""

import pytest

from tests.terraform.offline import plan_case, planned
from tests.terraform.policies import Statement, role_statements, statements
from tests.terraform.test_permissions import EVIDENCE, actions, resources

pytestmark = pytest.mark.terraform

READ_SECRET = "secretsmanager:GetSecretValue"
ADDRESS = 'module.approval_pipeline.aws_iam_role_policy.collect["generative"]'
ARTIFACTS = "arn:aws:s3:::modelgate-local-artifacts-222222222222"
ROLES = "arn:aws:iam::222222222222:role/modelgate-local-"
SAGEMAKER = "arn:aws:sagemaker:eu-west-1:222222222222"
NEW = ("collect", "evaluated-model", "score")


def role(name: str) -> list[Statement]:
    found = role_statements(plan_case("governance", "generative"), f"modelgate-local-{name}")
    assert found, f"the plan has no policy of role {name}"
    return found


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("collect", {"executions/*/answers", "executions/*/transform/input", "generative/answers"}),
        ("score", {"generative/tallies"}),
        ("check", {"executions/*/checks", "executions/*/reports/generative"}),
        ("evaluated-model", {"executions/*/transform/output"}),
    ],
)
def test_each_role_writes_folders_that_no_other_writes(name: str, written: set[str]) -> None:
    """Answers, counts and results have one writer each, in the role's own policy and in the bucket's."""
    assert resources(role(name), "s3:PutObject") == {f"{ARTIFACTS}/{folder}/*" for folder in written}


@pytest.mark.parametrize("name", NEW)
def test_no_new_role_judges_decides_signs_or_touches_the_evidence_store(name: str) -> None:
    """What was decided before is none of its business."""
    found = role(name)

    assert not any(EVIDENCE in resource for statement in found for resource in statement.resources)
    assert not {"kms:Sign", "sagemaker:UpdateModelPackage", "sagemaker:StartPipelineExecution"} & {
        action for statement in found for action in statement.actions
    }
    assert {
        alias for s in found for test in s.conditions.values() for key, alias in test.items() if "Aliases" in key
    } == {"alias/modelgate-local-artifacts"}


def test_collect_asks_only_the_models_that_the_values_name() -> None:
    """A package that names another gets an error from the service, not an answer."""
    assert resources(role("collect"), "bedrock:InvokeModel") == {
        "arn:aws:bedrock:eu-west-1::foundation-model/smollm2-135m"
    }
    assert actions(role("collect"), "bedrock") == {"bedrock:InvokeModel"}


def test_collect_reads_only_what_groups_with_an_evaluation_may_name() -> None:
    """Copies of other teams, checks and counts are closed to it."""
    read = resources(role("collect"), "s3:GetObject")

    assert read == {
        f"{ARTIFACTS}/{folder}/*"
        for folder in ("333333333333", "executions/*/transform/output", "generative/answers", "pinned")
    }
    assert resources(role("collect"), "sagemaker:DescribeModelPackage") == {
        f"{SAGEMAKER}:model-package/{group}/*" for group in ("assistant", "hosted")
    }


def test_collect_makes_only_what_is_named_as_an_evaluations() -> None:
    """No endpoint of anybody else is in reach, and a model that it makes has no network."""
    found = role("collect")
    touched = {
        resource
        for statement in found
        for resource in statement.resources
        if any(a.startswith("sagemaker:") and a != "sagemaker:DescribeModelPackage" for a in statement.actions)
    }
    (makes,) = [s for s in found if s.allows("sagemaker:CreateModel")]

    assert touched == {
        f"{SAGEMAKER}:{kind}/modelgate-evaluation-*"
        for kind in ("endpoint", "endpoint-config", "model", "transform-job")
    }
    assert makes.conditions == {"Bool": {"sagemaker:NetworkIsolation": "true"}}


def test_only_collect_reads_the_key_of_a_server_and_no_other_secret() -> None:
    """By its whole ARN, and where its KMS key is named, decrypts with it through Secrets Manager alone."""
    secret = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:language-models/key-AbCdEf"
    key = "arn:aws:kms:eu-west-1:222222222222:key/55555555-6666-7777-8888-999999999999"
    found = statements(plan_case("governance", "generative"))
    (decrypts,) = [s for s in found if key in s.resources]

    assert {(s.address.rpartition(".")[2], tuple(s.resources)) for s in found if s.allows(READ_SECRET)} == {
        ('collect["generative"]', (secret,))
    }
    assert (decrypts.address, set(decrypts.actions)) == (ADDRESS, {"kms:Decrypt"})
    assert decrypts.conditions == {"StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}}
    assert not [s for s in statements(plan_case("pipeline", "generative")) if s.allows(READ_SECRET)]


def test_only_the_pipeline_and_collect_hand_a_role_on() -> None:
    """Collect hands on one, which can read copies and pull images, and only to SageMaker."""
    plan = plan_case("governance", "generative")
    passed = {
        statement.address.rpartition(".")[2]: (set(statement.resources), dict(statement.conditions))
        for statement in statements(plan)
        if statement.allows("iam:PassRole")
    }
    to_sagemaker = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}

    assert passed == {
        "pipeline": ({f"{ROLES}{name}" for name in ("check", "collect", "score", "update")}, to_sagemaker),
        'collect["generative"]': ({f"{ROLES}evaluated-model"}, to_sagemaker),
    }


def test_a_model_under_evaluation_reads_copies_and_pulls_its_image() -> None:
    """Its role reaches no package, no queue, no role, and no image but those of the repositories that values name."""
    found = role("evaluated-model")

    assert {action.partition(":")[0] for s in found for action in s.actions} == {"ecr", "kms", "s3"}
    assert resources(found, "s3:GetObject") == {
        f"{ARTIFACTS}/333333333333/*",
        f"{ARTIFACTS}/executions/*/transform/input/*",
    }
    assert resources(found, "ecr:BatchGetImage") == {"arn:aws:ecr:eu-west-1:333333333333:repository/assistants"}


def test_score_asks_no_model_but_judges() -> None:
    """It reads answers and counts; who scores or judges is open to it where values or an evaluation name them."""
    score, without = role("score"), role_statements(plan_case("pipeline", "generative"), "gate-score")
    services = {action.partition(":")[0] for statement in without for action in statement.actions}

    assert resources(score, "s3:GetObject") == {
        f"{ARTIFACTS}/{folder}/*"
        for folder in ("executions/*/answers", "generative/answers", "generative/tallies", "pinned")
    }
    assert actions(score, "bedrock") | actions(score, "comprehend") == {
        "bedrock:ApplyGuardrail",
        "bedrock:InvokeModel",
        "comprehend:DetectToxicContent",
    }
    assert resources(score, "bedrock:InvokeModel") == {"arn:aws:bedrock:eu-west-1::foundation-model/judge"}
    assert resources(score, "bedrock:ApplyGuardrail") == {"arn:aws:bedrock:eu-west-1:222222222222:guardrail/toxicity"}
    assert services == {"cloudwatch", "ec2", "ecr", "kms", "logs", "s3"}


def test_the_starter_and_the_audit_know_both_pipelines() -> None:
    """One starts and counts, the other finds what failed."""
    both = {f"{SAGEMAKER}:pipeline/modelgate-local-{name}" for name in ("approval", "generative-approval")}

    assert resources(role("start-approval"), "sagemaker:StartPipelineExecution") == both
    assert resources(role("start-approval"), "sagemaker:ListPipelineExecutions") == both
    assert both <= resources(role("audit"), "sagemaker:ListPipelineExecutions")


def test_the_update_step_is_still_the_only_writer_of_a_status() -> None:
    """A second pipeline adds no second writer."""
    found = statements(plan_case("governance", "generative"))

    assert {s.address for s in found if s.allows("sagemaker:UpdateModelPackage")} == {
        "module.approval_pipeline.aws_iam_role_policy.update",
        "module.break_glass_role[0].aws_iam_role_policy.break_glass",
    }


def test_without_evaluations_there_are_no_such_roles() -> None:
    """And check writes no report of one."""
    plan = plan_case("governance", "without_generative")
    made = {values["name"] for address, values in planned(plan).items() if ".aws_iam_role." in f".{address}"}

    assert not {f"modelgate-local-{name}" for name in NEW} & made
    assert resources(role_statements(plan, "modelgate-local-check"), "s3:PutObject") == {
        f"{ARTIFACTS}/executions/*/checks/*"
    }


def test_the_audit_ends_what_was_left_where_nothing_is_evaluated_any_more() -> None:
    """Rights that went away with the values would leave an endpoint that costs money for ever."""
    audit = role_statements(plan_case("governance", "without_generative"), "modelgate-local-audit")

    assert {"sagemaker:ListEndpoints", "sagemaker:DeleteEndpoint", "sagemaker:StopTransformJob"} <= actions(
        audit, "sagemaker"
    )
