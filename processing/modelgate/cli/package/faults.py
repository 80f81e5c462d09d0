"""What is wrong with a registration: where in the request, and a sentence with the fix."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """*where* is the place in the request (``ModelMetrics.Bias.Report.S3Uri``)."""

    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}"


def members(container: object, where: str, kind: str) -> Iterator[tuple[str, Any] | Fault]:
    """The members of the JSON object *container*; a fault where it is none."""
    if container is None:
        return
    if isinstance(container, Mapping):
        yield from container.items()
    else:
        yield Fault(where=where, sentence=f"it must be an object with {kind}")
