"""The one clock of the world."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Clock:
    """Stands still until somebody moves it."""

    moment: datetime = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """As the steps ask."""
        return self.moment

    def epoch(self) -> float:
        """As the functions ask."""
        return self.moment.timestamp()

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)
