"""Queue of uploads → copies in the artifact store."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from modelgate.aws.pinned import read_pinned
from modelgate.contracts.gate import Gate
from modelgate.contracts.layout import GATE_KEY

from lambdas.copy_artifacts.copier import copy_artifact
from lambdas.copy_artifacts.settings import Settings
from lambdas.intake import Intake

settings = Settings.from_environment(os.environ)
logger, metrics = Logger(), Metrics()
s3, sqs = boto3.client("s3"), boto3.client("sqs")


@cache
def gate() -> Gate:
    """The gate document, read once while the function is warm; a new one comes with a new digest, so a cold start."""
    document = read_pinned(s3, bucket=settings.artifact_store, key=GATE_KEY, digest=settings.gate_digest)
    return Gate.from_json(document)


intake = Intake(
    work=lambda message: copy_artifact(s3, gate(), message),
    sqs=sqs,
    dead_letter_queue_url=settings.dead_letter_queue_url,
    logger=logger,
    metrics=metrics,
)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Copy every artifact of the batch; answer which messages shall come again."""
    return intake.take_in(event, context)
