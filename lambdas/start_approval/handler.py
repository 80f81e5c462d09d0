"""Queue of registrations and arrivals → executions of the approval pipeline."""

import os
import random
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from modelgate.aws.claims import Claims
from modelgate.aws.pinned import read_pinned
from modelgate.aws.waiting import WaitingList
from modelgate.contracts.gate import Gate
from modelgate.contracts.layout import GATE_KEY

from lambdas.intake import Intake
from lambdas.start_approval.settings import Settings
from lambdas.start_approval.starter import Starter

settings = Settings.from_environment(os.environ)
logger, metrics = Logger(), Metrics()
s3, sqs = boto3.client("s3"), boto3.client("sqs")
dynamodb, sagemaker = boto3.client("dynamodb"), boto3.client("sagemaker")


@cache
def starter() -> Starter:
    """Build the starter with the gate document, read once while the function is warm."""
    document = read_pinned(s3, bucket=settings.artifact_store, key=GATE_KEY, digest=settings.gate_digest)
    return Starter(
        settings=settings,
        gate=Gate.from_json(document),
        sagemaker=sagemaker,
        s3=s3,
        sqs=sqs,
        claims=Claims(dynamodb, settings.claims_table),
        waiting=WaitingList(dynamodb, settings.claims_table),
        now=time.time,
        jitter=random.Random().random,  # noqa: S311 spreads load, guards nothing
    )


intake = Intake(
    work=lambda message: starter().answer(message),
    sqs=sqs,
    dead_letter_queue_url=settings.dead_letter_queue_url,
    logger=logger,
    metrics=metrics,
)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Answer every message of the batch; say which shall come again."""
    return intake.take_in(event, context)
