"""Schedule → findings, and requests for what was forgotten."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from modelgate.aws.attempts import Attempts
from modelgate.aws.audit import READS
from modelgate.aws.pinned import read_pinned
from modelgate.aws.signing import KmsVerifier
from modelgate.contracts.gate import Gate
from modelgate.contracts.layout import GATE_KEY, SIGNING_KEYS_KEY
from modelgate.evidence.signing_keys import SigningKeys

from lambdas.audit.auditor import Auditor
from lambdas.audit.remembering import RememberingVerifier
from lambdas.audit.settings import Settings

TO_ASK_AND_TELL, TO_TELL = 120_000, 60_000  # milliseconds that are left when looking ends, and when asking does

settings = Settings.from_environment(os.environ)
logger = Logger()
# A run asks for a lot at once; the service says when it is too much, and is then asked more slowly.
_config = Config(retries={"mode": "adaptive", "max_attempts": 8}, max_pool_connections=2 * READS)
s3, kms, sagemaker = (
    boto3.client("s3", config=_config),
    boto3.client("kms", config=_config),
    boto3.client("sagemaker", config=_config),
)
sqs, dynamodb = boto3.client("sqs", config=_config), boto3.client("dynamodb", config=_config)
events, cloudwatch = boto3.client("events", config=_config), boto3.client("cloudwatch", config=_config)


@cache
def auditor() -> Auditor:
    """Build the auditor with the pinned documents, read once while the function is warm."""
    store = settings.artifact_store
    gate = read_pinned(s3, bucket=store, key=GATE_KEY, digest=settings.gate_digest)
    keys = read_pinned(s3, bucket=store, key=SIGNING_KEYS_KEY, digest=settings.signing_keys_digest)
    return Auditor(
        settings=settings,
        gate=Gate.from_json(gate),
        verifier=RememberingVerifier(KmsVerifier(kms, SigningKeys.from_json(keys))),
        sagemaker=sagemaker,
        s3=s3,
        sqs=sqs,
        events=events,
        cloudwatch=cloudwatch,
        attempts=Attempts(dynamodb, settings.claims_table),
        now=lambda: datetime.now(UTC),
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Make one run; one log line for each finding and each trouble.

    Raises:
        InfrastructureError: something could not be looked at, asked for or told; everything else has been.
    """
    left = context.get_remaining_time_in_millis
    report = auditor().run(out_of_time=lambda: left() < TO_ASK_AND_TELL, must_tell=lambda: left() < TO_TELL)
    for one in report.told:
        about = {"model_package_arn": str(one.finding.package), "action": one.action}
        logger.warning(one.finding.sentence, extra={"kind": one.finding.kind, **about})
    for trouble in report.troubles:
        logger.error(trouble)
    logger.info("audited", extra={"packages": report.packages, "findings": len(report.told)})
    report.raise_troubles()
    return {"packages": report.packages, "findings": len(report.told)}
