"""The prompts that a pinned evaluation names, saved once by each step that needs them, and read as a stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modelgate.aws.pinned import save_pinned
from modelgate.contracts.layout import prompts_key
from modelgate.generative.evaluation import Asked, Evaluation
from modelgate.generative.records import lines_of
from modelgate.steps.pinned import Pinned

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedPrompts:
    """The prompts of *evaluation*, kept in *folder* while a step runs."""

    s3: "S3Client"
    pinned: Pinned
    evaluation: Evaluation
    folder: Path

    def lines(self, asked: Asked) -> Iterator[bytes]:
        """The lines of what is asked of one concern, newlines included.

        Raises:
            PinError: they are not there with the digest that the evaluation names.
            InfrastructureError: S3 did not answer.
        """
        path = self.folder / f"{asked.concern}.jsonl"
        if not path.exists():
            self._save(asked, path)
        with path.open("rb") as file:
            yield from lines_of(file)

    def _save(self, asked: Asked, path: Path) -> None:
        part = path.with_suffix(".part")
        save_pinned(
            self.s3,
            part,
            bucket=self.pinned.gate.artifact_store,
            key=prompts_key(self.evaluation.name, asked.concern),
            digest=asked.prompts_digest,
            owner=self.pinned.gate.governance_account,
        )
        part.rename(path)
