"""What Terraform tells this function."""

from collections.abc import Mapping
from dataclasses import dataclass

from lambdas.environment import optional_text, text, whole_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The environment of start_approval.

    *generative_pipeline* judges groups with an evaluation; None where no group may have one. *wait_seconds* bounds the
    wait for evidence, *retry_seconds* lies between two looks. *partition* and *region* are those of the registry.
    """

    artifact_store: str
    gate_digest: str
    queue_url: str
    dead_letter_queue_url: str
    claims_table: str
    pipeline: str
    generative_pipeline: str | None
    partition: str
    region: str
    wait_seconds: int
    retry_seconds: int
    max_running_executions: int

    @property
    def pipelines(self) -> tuple[str, ...]:
        """Every pipeline whose executions count."""
        return tuple(filter(None, (self.pipeline, self.generative_pipeline)))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings.

        Raises:
            SettingError: one is missing, or is not the number it should be.
        """
        return cls(
            artifact_store=text(environment, "MODELGATE_ARTIFACT_STORE"),
            gate_digest=text(environment, "MODELGATE_GATE_DIGEST"),
            queue_url=text(environment, "MODELGATE_QUEUE_URL"),
            dead_letter_queue_url=text(environment, "MODELGATE_DEAD_LETTER_QUEUE_URL"),
            claims_table=text(environment, "MODELGATE_CLAIMS_TABLE"),
            pipeline=text(environment, "MODELGATE_PIPELINE_NAME"),
            generative_pipeline=optional_text(environment, "MODELGATE_GENERATIVE_PIPELINE_NAME"),
            partition=text(environment, "MODELGATE_PARTITION"),
            region=text(environment, "MODELGATE_REGION"),
            wait_seconds=whole_number(environment, "MODELGATE_WAIT_SECONDS", at_least=0),
            retry_seconds=whole_number(environment, "MODELGATE_RETRY_SECONDS", at_least=1),
            max_running_executions=whole_number(environment, "MODELGATE_MAX_RUNNING_EXECUTIONS", at_least=1),
        )
