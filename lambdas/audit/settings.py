"""What Terraform tells this function."""

from collections.abc import Mapping
from dataclasses import dataclass

from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import UnreadableJsonError

from lambdas.environment import SettingError, optional_text, text, whole_number

_LIMITS = Limits(size=32_768)  # more than all variables of a function may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The environment of audit.

    *undecided_seconds* is how long a package may be pending without a decision, and lies between two attempts at it,
    *evaluation_seconds* longer where its group has an evaluation; *max_attempts* bounds those. *partition* and *region*
    are those of the registry.
    """

    artifact_store: str
    gate_digest: str
    signing_keys_digest: str
    pipeline: str
    generative_pipeline: str | None
    partition: str
    region: str
    queue_url: str
    claims_table: str
    undecided_seconds: int
    evaluation_seconds: int
    max_attempts: int
    dead_letter_queue_urls: tuple[str, ...]
    event_bus: str

    @property
    def pipelines(self) -> tuple[str, ...]:
        """Every pipeline whose executions are looked at."""
        return tuple(filter(None, (self.pipeline, self.generative_pipeline)))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings.

        Raises:
            SettingError: one is missing, or is not what it should be.
        """
        return cls(
            artifact_store=text(environment, "MODELGATE_ARTIFACT_STORE"),
            gate_digest=text(environment, "MODELGATE_GATE_DIGEST"),
            signing_keys_digest=text(environment, "MODELGATE_SIGNING_KEYS_DIGEST"),
            pipeline=text(environment, "MODELGATE_PIPELINE_NAME"),
            generative_pipeline=optional_text(environment, "MODELGATE_GENERATIVE_PIPELINE_NAME"),
            partition=text(environment, "MODELGATE_PARTITION"),
            region=text(environment, "MODELGATE_REGION"),
            queue_url=text(environment, "MODELGATE_QUEUE_URL"),
            claims_table=text(environment, "MODELGATE_CLAIMS_TABLE"),
            undecided_seconds=whole_number(environment, "MODELGATE_UNDECIDED_SECONDS", at_least=1),
            evaluation_seconds=_evaluation_seconds(environment),
            max_attempts=whole_number(environment, "MODELGATE_MAX_ATTEMPTS", at_least=0),
            dead_letter_queue_urls=_urls(environment, "MODELGATE_DEAD_LETTER_QUEUE_URLS"),
            event_bus=text(environment, "MODELGATE_EVENT_BUS"),
        )


def _evaluation_seconds(environment: Mapping[str, str]) -> int:
    name = "MODELGATE_EVALUATION_SECONDS"
    return 0 if optional_text(environment, name) is None else whole_number(environment, name, at_least=0)


def _urls(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    try:
        urls = read_object(f'{{"urls":{text(environment, name)}}}', _LIMITS)["urls"]
    except (UnreadableJsonError, KeyError) as error:
        raise SettingError(f"environment variable {name} is not JSON: {error}; correct the values") from error
    if not isinstance(urls, list) or not all(isinstance(url, str) and url for url in urls):
        raise SettingError(f"environment variable {name} is not a list of addresses; correct the values")
    return tuple(urls)
