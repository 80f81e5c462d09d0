"""Render an approval pipeline with the SageMaker SDK (version 3), from values on standard input, to standard output.

Runs in the SDK's own environment, as a program: nothing here is imported by the tests. The values are the parts of a
definition that an environment decides; everything else (names, parameters, references) is written here a second time,
on purpose, because two writers who agree are the test.
"""

import json
import os
import sys

values = json.load(sys.stdin)
os.environ["AWS_DEFAULT_REGION"] = values["region"]  # version 3 asks for it while it is imported

import boto3  # noqa: E402
from sagemaker.core.processing import Processor  # noqa: E402
from sagemaker.core.shapes import (  # noqa: E402
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)
from sagemaker.core.workflow.execution_variables import ExecutionVariables  # noqa: E402
from sagemaker.core.workflow.functions import Join  # noqa: E402
from sagemaker.core.workflow.parameters import ParameterString  # noqa: E402
from sagemaker.core.workflow.pipeline_context import PipelineSession  # noqa: E402
from sagemaker.mlops.workflow.pipeline import Pipeline  # noqa: E402
from sagemaker.mlops.workflow.retry import (  # noqa: E402
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.mlops.workflow.steps import ProcessingStep  # noqa: E402

session = PipelineSession(
    boto_session=boto3.Session(region_name=values["region"], aws_access_key_id="mock", aws_secret_access_key="mock"),
    default_bucket=values["artifact_store"],
)
group = ParameterString(name="ModelPackageGroupName")
bucket = ParameterString(name="Bucket")
package = ParameterString(name="ModelPackageArn")


def arguments():
    pinned = [
        part
        for name in ("artifact-store", "gate-digest", "policy-digest", "image-digest", "signing-keys-digest")
        for part in (f"--{name}", values[name.replace("-", "_")])
    ]
    return [
        "--model-package-arn",
        package,
        "--model-package-group-name",
        group,
        "--bucket",
        bucket,
        "--execution-arn",
        ExecutionVariables.PIPELINE_EXECUTION_ARN,
        *pinned,
        *values["more_arguments"],
    ]


def processor(module, role, machine=values["machine"]):
    return Processor(
        role=role,
        entrypoint=["python3", "-m", module],
        volume_kms_key=values["kms_key"],
        output_kms_key=values["kms_key"],
        sagemaker_session=session,
        **machine,
    )


def below_the_execution(path):
    return Join(
        on="/",
        values=[f"s3://{values['artifact_store']}/executions", ExecutionVariables.PIPELINE_EXECUTION_ID, path],
    )


def output(name):
    return ProcessingOutput(
        output_name=name,
        s3_output=ProcessingS3Output(
            s3_uri=below_the_execution(name),
            local_path=f"/opt/ml/processing/output/{name}",
            s3_upload_mode="EndOfJob",
        ),
    )


def retry(policy):
    timing = {
        "interval_seconds": policy["IntervalSeconds"],
        "backoff_rate": policy["BackoffRate"],
        "max_attempts": policy.get("MaxAttempts"),
        "expire_after_mins": policy.get("ExpireAfterMin"),
    }
    names = policy["ExceptionType"]
    if all(name.startswith("Step.") for name in names):
        return StepRetryPolicy(exception_types=[by_value(StepExceptionTypeEnum, name) for name in names], **timing)
    kinds = [by_value(SageMakerJobExceptionTypeEnum, name) for name in names]
    return SageMakerJobStepRetryPolicy(exception_types=kinds, **timing)


def by_value(enum, value):
    return next(member for member in enum if member.value == value)  # calling these enums ignores the value


retries = [retry(policy) for policy in values["retry_policies"]]
check = ProcessingStep(
    name="RegisteredModelValidationStep",
    step_args=processor("modelgate.steps.check", values["check_role"]).run(
        arguments=arguments(),
        outputs=[output("checks")],
    ),
    retry_policies=retries,
    depends_on=["ScoreAnswersStep"] if "collect" in values else None,
)
update = ProcessingStep(
    name="UpdateModelStatusStep",
    step_args=processor("modelgate.steps.update", values["update_role"]).run(
        arguments=arguments(),
        inputs=[
            ProcessingInput(
                input_name="checks",
                s3_input=ProcessingS3Input(
                    s3_uri=check.properties.ProcessingOutputConfig.Outputs["checks"].S3Output.S3Uri,
                    local_path="/opt/ml/processing/input/checks",
                    s3_data_type="S3Prefix",
                    s3_input_mode="File",
                    s3_data_distribution_type="FullyReplicated",
                    s3_compression_type="None",
                ),
            )
        ],
    ),
    retry_policies=retries,
)
steps = [check, update]
if "collect" in values:
    collect = ProcessingStep(
        name="CollectAnswersStep",
        step_args=processor("modelgate.steps.collect", values["collect_role"], values["collect"]).run(
            arguments=arguments(), outputs=[output("answers")]
        ),
        retry_policies=retries,
    )
    score = ProcessingStep(
        name="ScoreAnswersStep",
        step_args=processor("modelgate.steps.score", values["score_role"], values["score"]).run(
            arguments=arguments(),
            inputs=[
                ProcessingInput(
                    input_name="answers",
                    s3_input=ProcessingS3Input(
                        s3_uri=below_the_execution("answers/manifest.json"),
                        local_path="/opt/ml/processing/input/answers",
                        s3_data_type="ManifestFile",
                        s3_input_mode="File",
                        s3_data_distribution_type="ShardedByS3Key",
                        s3_compression_type="None",
                    ),
                )
            ],
        ),
        retry_policies=retries,
        depends_on=["CollectAnswersStep"],
    )
    steps = [collect, score, *steps]
pipeline = Pipeline(
    name=values["pipeline_name"], parameters=[group, bucket, package], steps=steps, sagemaker_session=session
)
sys.stdout.write(pipeline.definition())
