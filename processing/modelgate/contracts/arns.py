"""ARNs of versioned model packages and of pipeline executions."""

import re
from dataclasses import dataclass

from modelgate.errors import InvalidArnError

# SageMaker API reference, ModelPackageArn and ModelPackageGroupName; ASCII only: a look-alike cannot match.
_GROUP = r"[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}"
_PREFIX = r"arn:(?P<partition>aws[a-z-]*):sagemaker:(?P<region>[a-z0-9-]{1,32}):(?P<account>[0-9]{12})"
_PACKAGE = re.compile(rf"{_PREFIX}:model-package/(?P<group>{_GROUP})/(?P<version>[1-9][0-9]{{0,8}})", re.ASCII)
_EXECUTION = re.compile(
    rf"{_PREFIX}:pipeline/(?P<pipeline>[a-zA-Z0-9](?:-*[a-zA-Z0-9]){{0,255}})/execution/(?P<id>[a-zA-Z0-9]{{1,64}})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPackageArn:
    """One version of a model package group: the only identity that the gate trusts in an event."""

    partition: str
    region: str
    account: str
    group: str
    version: int

    @classmethod
    def parse(cls, text: object) -> "ModelPackageArn":
        """Parse *text*.

        Raises:
            InvalidArnError: it is not the ARN of a versioned model package.
        """
        match = _PACKAGE.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise InvalidArnError(
                f"{_shown(text)} is not the ARN of a versioned model package; "
                "expected arn:aws:sagemaker:<region>:<account>:model-package/<group>/<version>"
            )
        found = match.groupdict()
        return cls(
            partition=found["partition"],
            region=found["region"],
            account=found["account"],
            group=found["group"],
            version=int(found["version"]),
        )

    def __str__(self) -> str:
        return f"arn:{self.partition}:sagemaker:{self.region}:{self.account}:model-package/{self.group}/{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionArn:
    """One run of an approval pipeline."""

    partition: str
    region: str
    account: str
    pipeline: str
    id: str

    @classmethod
    def parse(cls, text: object) -> "ExecutionArn":
        """Parse *text*.

        Raises:
            InvalidArnError: it is not the ARN of a pipeline execution.
        """
        match = _EXECUTION.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise InvalidArnError(
                f"{_shown(text)} is not the ARN of a pipeline execution; "
                "expected arn:aws:sagemaker:<region>:<account>:pipeline/<name>/execution/<id>"
            )
        return cls(**match.groupdict())

    def __str__(self) -> str:
        return (
            f"arn:{self.partition}:sagemaker:{self.region}:{self.account}:pipeline/{self.pipeline}/execution/{self.id}"
        )


def _shown(text: object) -> str:
    return f"{ascii(text)[:200]}"
