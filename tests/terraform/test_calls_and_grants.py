"""What the code calls is granted, and nothing is granted that nobody needs: no emulator shows either."""

import pytest

from tests.terraform.calls import calls_of
from tests.terraform.offline import plan_case
from tests.terraform.policies import role_statements

pytestmark = pytest.mark.terraform

# By operation, what IAM asks for. Every object is named by version somewhere, and encrypted with a key of ours.
READ = {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "kms:Decrypt"}  # listing: else 403 stands for 404
WRITE = {"s3:PutObject", "kms:GenerateDataKey"}
PARTS = {*WRITE, "kms:Decrypt"}  # SSE-KMS decrypts the parts of a multipart upload when it completes it
ASKED_FOR = {
    "abort_multipart_upload": {"s3:AbortMultipartUpload"},
    "apply_guardrail": {"bedrock:ApplyGuardrail"},
    "complete_multipart_upload": PARTS,
    "converse": {"bedrock:InvokeModel"},
    "copy_object": READ | WRITE,
    "create_endpoint": {"sagemaker:AddTags", "sagemaker:CreateEndpoint"},
    "create_endpoint_config": {"sagemaker:AddTags", "sagemaker:CreateEndpointConfig"},
    "create_model": {"iam:PassRole", "sagemaker:AddTags", "sagemaker:CreateModel"},
    "create_multipart_upload": PARTS,
    "create_transform_job": {"sagemaker:AddTags", "sagemaker:CreateTransformJob"},
    "delete_endpoint": {"sagemaker:DeleteEndpoint"},
    "delete_endpoint_config": {"sagemaker:DeleteEndpointConfig"},
    "delete_item": {"dynamodb:DeleteItem"},
    "delete_model": {"sagemaker:DeleteModel"},
    "describe_endpoint": {"sagemaker:DescribeEndpoint"},
    "describe_model_package": {"sagemaker:DescribeModelPackage"},
    "describe_transform_job": {"sagemaker:DescribeTransformJob"},
    "detect_toxic_content": {"comprehend:DetectToxicContent"},
    "get_item": {"dynamodb:GetItem"},
    "get_object": READ,
    "get_secret_value": {"secretsmanager:GetSecretValue"},
    "get_queue_attributes": {"sqs:GetQueueAttributes"},
    "head_object": READ,
    "invoke_endpoint": {"sagemaker:InvokeEndpoint"},
    "list_endpoints": {"sagemaker:ListEndpoints"},
    "list_model_packages": {"sagemaker:ListModelPackages"},
    "list_object_versions": {"s3:ListBucketVersions"},
    "list_objects_v2": {"s3:ListBucket"},
    "list_pipeline_executions": {"sagemaker:ListPipelineExecutions"},
    "list_pipeline_parameters_for_execution": {"sagemaker:ListPipelineParametersForExecution"},
    "list_tags": {"sagemaker:ListTags"},
    "list_transform_jobs": {"sagemaker:ListTransformJobs"},
    "put_events": {"events:PutEvents"},
    "put_item": {"dynamodb:PutItem"},
    "put_metric_data": {"cloudwatch:PutMetricData"},
    "put_object": WRITE,
    "query": {"dynamodb:Query"},
    "send_message": {"sqs:SendMessage"},
    "sign": {"kms:Sign"},
    "start_pipeline_execution": {"sagemaker:StartPipelineExecution"},
    "stop_transform_job": {"sagemaker:StopTransformJob"},
    "update_item": {"dynamodb:UpdateItem"},
    "update_model_package": {"sagemaker:UpdateModelPackage"},
    "upload_part_copy": READ | PARTS,
    "verify": {"kms:Verify"},
}
# What the service does with the role before, beside and after our code.
FUNCTION = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",  # the dead-letter queue
}
JOB = {
    "cloudwatch:PutMetricData",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "kms:CreateGrant",  # the volume
    "kms:Decrypt",
    "kms:DescribeKey",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
}
NETWORK = {
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
}
# SageMaker uploads what the check step leaves in its folder.
OUTPUT = {"kms:GenerateDataKey", "s3:AbortMultipartUpload", "s3:PutObject"}

# No queue feeds it.
SCHEDULED = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"}

ROLES = {
    "audit": ("lambdas.audit.handler", SCHEDULED),
    "copy-artifacts": ("lambdas.copy_artifacts.handler", FUNCTION),
    "start-approval": ("lambdas.start_approval.handler", FUNCTION),
    "check": ("modelgate.steps.check", JOB | OUTPUT),
    "collect": ("modelgate.steps.collect", JOB | OUTPUT),
    "score": ("modelgate.steps.score", JOB),
    "update": ("modelgate.steps.update", JOB),
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_granted_what_its_code_calls_and_nothing_else(role: str) -> None:
    """A call without a grant fails on the first real account; a grant without a call waits for an attacker.

    The values have everything in use that a call needs: models on Bedrock and on endpoints, and services that score.
    """
    entry, service = ROLES[role]
    needed = set(service).union(*(ASKED_FOR[call] for call in calls_of(entry)))
    granted = {
        action
        for statement in role_statements(plan_case("governance", "generative"), f"modelgate-local-{role}")
        for action in statement.actions
    }

    assert sorted(granted - needed) == []
    assert sorted(needed - granted) == []


def test_whoever_breaks_the_glass_is_granted_what_the_command_calls_and_nothing_else() -> None:
    """Nothing is missing in an emergency. Who one is, everybody may ask; queues are for reviewers."""
    calls = calls_of("modelgate.cli.break_glass") - {"get_caller_identity", "get_queue_url"}
    granted = {
        action
        for statement in role_statements(plan_case("governance", "local"), "modelgate-local-break-glass")
        for action in statement.actions
    }

    assert granted == set().union(*(ASKED_FOR[call] for call in calls))


@pytest.mark.parametrize("role", ["collect", "score"])
def test_a_job_of_an_evaluation_in_a_network_may_attach_to_it(role: str) -> None:
    """As the jobs that judge."""
    found = role_statements(plan_case("pipeline", "generative"), f"gate-{role}")

    assert {action for s in found for action in s.actions if action.startswith("ec2:")} == NETWORK


@pytest.mark.parametrize("role", ["check", "update"])
def test_a_job_in_a_network_may_attach_to_it(role: str) -> None:
    """Without a network, no step may touch one."""
    granted = {
        case: {
            action
            for statement in role_statements(plan_case("pipeline", case), f"gate-{role}")
            for action in statement.actions
            if action.startswith("ec2:")
        }
        for case in ("plain", "vpc")
    }

    assert granted == {"plain": set(), "vpc": NETWORK}


def test_every_call_of_the_code_is_found() -> None:
    """The reading follows imports, classes and paginators: these few are known to lie deep."""
    assert {"upload_part_copy", "list_object_versions", "send_message"} <= calls_of("lambdas.copy_artifacts.handler")
    assert {"query", "start_pipeline_execution"} <= calls_of("lambdas.start_approval.handler")
    assert {"list_model_packages", "put_events", "verify"} <= calls_of("lambdas.audit.handler")
    assert {"sign", "update_model_package"} <= calls_of("modelgate.steps.update")
    assert not {"sign", "verify"} & calls_of("modelgate.steps.check")
    assert "put_metric_data" in calls_of("modelgate.steps.update")
    assert "list_objects_v2" in calls_of("modelgate.steps.check")
    assert "put_object" in calls_of("modelgate.steps.check")  # the report of an evaluation
    assert not {"update_model_package", "put_metric_data"} & calls_of("modelgate.steps.check")
    assert {"converse", "get_secret_value", "invoke_endpoint", "create_transform_job"} <= calls_of(
        "modelgate.steps.collect"
    )
    assert "converse" in calls_of("modelgate.steps.score")  # a model that judges
    assert not {"invoke_endpoint", "describe_model_package"} & calls_of("modelgate.steps.score")
    assert {"list_endpoints", "stop_transform_job"} <= calls_of("lambdas.audit.handler")
