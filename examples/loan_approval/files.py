"""The files of one model package, in a folder of their own: what is uploaded, and what its registration names."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from examples.loan_approval.errors import ExampleError

MODEL = "model.tar.gz"
QUALITY = "quality.json"
BIAS = "bias.json"
EXPLAINABILITY = "explainability.json"

# Where ModelMetrics names each report; pre- and post-training bias stand in one file, as Clarify often writes them.
PLACES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        QUALITY: ("ModelQuality", "Statistics"),
        BIAS: ("Bias", "Report"),
        EXPLAINABILITY: ("Explainability", "Report"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFiles:
    """The content of each file by name; *late* names those that are registered but not uploaded yet."""

    contents: Mapping[str, bytes]
    late: frozenset[str] = frozenset()

    @classmethod
    def read(cls, directory: Path) -> "PackageFiles":
        """Read a folder that `write` made; a report that is not there is left out of the registration.

        Raises:
            ExampleError: the folder holds no model.
        """
        if not (directory / MODEL).is_file():
            raise ExampleError(
                f"{directory} holds no {MODEL}; write one with: "
                f"python -m examples.loan_approval train --out {directory.parent}"
            )
        names = [name for name in (MODEL, *PLACES) if (directory / name).is_file()]
        return cls(contents={name: (directory / name).read_bytes() for name in names})

    def write(self, directory: Path) -> None:
        """Write every file to *directory*, late ones too; files of an earlier write are removed."""
        directory.mkdir(parents=True, exist_ok=True)
        for name in (MODEL, *PLACES):
            (directory / name).unlink(missing_ok=True)
        for name, content in self.contents.items():
            (directory / name).write_bytes(content)

    def digest(self, name: str) -> str:
        """``sha256:…`` of one file, as ``ContentDigest`` wants it."""
        return f"sha256:{hashlib.sha256(self.contents[name]).hexdigest()}"

    @property
    def identity(self) -> str:
        """32 hexadecimal digits that change with any byte of any file."""
        lines = [f"{name} {self.digest(name)}" for name in sorted(self.contents)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]
