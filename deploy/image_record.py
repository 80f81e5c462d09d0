"""The record of an environment's image: what Terraform pins, and what a promotion starts from."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from modelgate.contracts.digests import is_digest

from deploy.paths import LOCAL, ROOT, values_folder, workspace


class RecordError(Exception):
    """An image record is missing or unusable; the message says which and what to do."""


class Kind(StrEnum):
    """What the digest names."""

    CONTAINER = "container"
    PACKAGE = "package"  # the installed code: only the embedded AWS without a Docker engine runs steps that way


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRecord:
    """One image in one environment's repository, and the one that scores, in the same, where models are evaluated."""

    repository_url: str
    digest: str
    kind: Kind
    scoring_digest: str | None = None  # the digest of the scoring image; None where no model is evaluated

    @property
    def image_uri(self) -> str:
        """The address that the pipeline definition pins."""
        return f"{self.repository_url}@{self.digest}"

    @property
    def scoring_image_uri(self) -> str | None:
        """The address that the generative pipeline's definition pins for its scoring step."""
        return None if self.scoring_digest is None else f"{self.repository_url}@{self.scoring_digest}"

    @property
    def digests(self) -> tuple[str, ...]:
        """Of each image that it names."""
        return (self.digest,) if self.scoring_digest is None else (self.digest, self.scoring_digest)

    def to_json(self) -> str:
        """The record as its file holds it."""
        addresses = {"image_uri": self.image_uri, "scoring_image_uri": self.scoring_image_uri}
        return json.dumps(asdict(self) | addresses, indent=2, sort_keys=True)

    def write(self, folder: Path) -> Path:
        """Write ``image.json`` in *folder* and return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "image.json"
        path.write_text(self.to_json() + "\n")
        return path

    @classmethod
    def read(cls, path: Path) -> Self:
        """
        Read the record at *path*.

        Raises:
            RecordError: it is not a record.
        """
        try:
            found = json.loads(path.read_text())
            record = cls(
                repository_url=found["repository_url"],
                digest=found["digest"],
                kind=Kind(found["kind"]),
                scoring_digest=found.get("scoring_digest"),  # records of before there was one have none
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordError(f"{path} is not an image record; delete it and run `make image` again") from error
        if not all(map(is_digest, record.digests)) or not isinstance(record.repository_url, str):
            raise RecordError(f"{path} names no digest; delete it and run `make image` again")
        return record


def find_record(environment: str) -> ImageRecord:
    """
    Return the record of *environment*: that of the last build or promotion here, else the tracked one.

    Raises:
        RecordError: there is neither, or it is not a record.
    """
    folders = [workspace(environment)] + ([] if environment == LOCAL else [values_folder(environment)])
    paths = [folder / "image.json" for folder in folders]
    for path in paths:
        if path.exists():
            return ImageRecord.read(path)
    names = " or ".join(str(path.relative_to(ROOT)) for path in paths)
    raise RecordError(
        f"environment {environment} has no image record ({names}); "
        f"run `make image ENV={environment}` or `make promote FROM=… TO={environment}` first"
    )
