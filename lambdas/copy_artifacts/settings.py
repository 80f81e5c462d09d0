"""What Terraform tells this function."""

from collections.abc import Mapping
from dataclasses import dataclass

from lambdas.environment import text


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The environment of copy_artifacts."""

    artifact_store: str
    gate_digest: str
    dead_letter_queue_url: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings.

        Raises:
            SettingError: one is missing.
        """
        return cls(
            artifact_store=text(environment, "MODELGATE_ARTIFACT_STORE"),
            gate_digest=text(environment, "MODELGATE_GATE_DIGEST"),
            dead_letter_queue_url=text(environment, "MODELGATE_DEAD_LETTER_QUEUE_URL"),
        )
