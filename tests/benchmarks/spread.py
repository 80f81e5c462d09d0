"""Samples, said with their number and their spread: this machine is shared, so one number alone says little."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Samples in short; *p95* is the nearest rank, so always a value that was measured."""

    n: int
    min: float
    median: float
    p95: float
    max: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> Self:
        """The spread of *samples*, of which there must be one at least."""
        ordered = sorted(samples)
        return cls(
            n=len(ordered),
            min=ordered[0],
            median=statistics.median(ordered),
            p95=ordered[math.ceil(0.95 * len(ordered)) - 1],
            max=ordered[-1],
        )

    def percentiles(self, unit: str) -> str:
        """For many samples."""
        return f"p50 {self.median:.2f}, p95 {self.p95:.2f}, max {self.max:.2f} {unit} (n={self.n})"

    def range(self, unit: str, *, digits: int = 2) -> str:
        """For few samples."""
        low, middle, high = (f"{value:.{digits}f}" for value in (self.min, self.median, self.max))
        return f"{middle} {unit}" if self.n == 1 else f"{middle} {unit} [{low} to {high}] (n={self.n})"

    def numbers(self) -> dict[str, float]:
        """For machines."""
        return asdict(self)
