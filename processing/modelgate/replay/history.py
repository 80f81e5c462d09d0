"""The approved versions that a decision could be compared with, rebuilt from the packed decisions themselves.

A record keeps only those earlier numbers that the policy of its time asked for; a candidate may ask for others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from modelgate.checks.plan import Earlier, EarlierFacts, Known, Part, finite_numbers, part_of, references
from modelgate.checks.slots import Keys
from modelgate.contracts.facts import BASELINES
from modelgate.evidence.record import Outcome
from modelgate.policy.model import Against, Change, Check
from modelgate.replay.frame import About, Frame, RowReadings

MOST = 200  # approved versions that a change rule can look back on


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedRow:
    """One approved version; its numbers are read once for each check."""

    about: About
    frame: Frame
    row: int
    read: dict[str, tuple[tuple[str, float], ...]]

    @property
    def name(self) -> str:
        """As the step calls it."""
        return f"approved version {self.about.version}"

    def numbers(self, check: Check) -> Iterable[tuple[str, float]]:
        """What *check* reads of it."""
        if check.id not in self.read:
            part = part_of(check, Keys(self.frame.own_keys), self.frame.facts(self.row))
            self.read[check.id] = tuple(finite_numbers(part, RowReadings(self.frame, self.row)))
        return self.read[check.id]


class History:
    """Every approval among *frames*, by group and time."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        """Look at nothing yet: only change rules need it."""
        self._frames = frames
        self._windows: dict[str, tuple[ApprovedRow, ...]] | None = None
        self._known: dict[tuple[str, tuple[str, ...]], Known] = {}

    def known(self, part: Part, change: Change, frame: Frame, row: int) -> Known:
        """What the change of *part* is measured from in one decision."""
        check = part.check
        if change.against is Against.BASELINES:
            return references(check, change, (), _baselines(frame, row))
        if self._windows is None:
            self._windows = dict(self._sweep())
        window = self._windows[frame.about[row].decision_id][: change.of]
        place = (check.id, tuple(approved.about.decision_id for approved in window))
        if place not in self._known:
            self._known[place] = references(check, change, window, None)
        return self._known[place]

    def _sweep(self) -> Iterator[tuple[str, tuple[ApprovedRow, ...]]]:
        """For each decision the versions approved before it, newest first, its own version left out."""
        groups: dict[str, list[tuple[str, int, Frame, int]]] = {}
        for frame in self._frames:
            rows = groups.setdefault(frame.context.group.name, [])
            rows.extend((about.as_of, row, frame, row) for row, about in enumerate(frame.about))
        for rows in groups.values():
            yield from _windows(rows)


def _windows(rows: list[tuple[str, int, Frame, int]]) -> Iterator[tuple[str, tuple[ApprovedRow, ...]]]:
    approved: dict[int, ApprovedRow] = {}  # one a version, the newest
    window: tuple[ApprovedRow, ...] = ()
    for _, _, frame, row in sorted(rows, key=lambda one: (one[0], one[1])):
        about = frame.about[row]
        others = tuple(one for one in window if one.about.version != about.version)
        yield about.decision_id, others
        if about.outcome is Outcome.APPROVED:
            approved[about.version] = ApprovedRow(about=about, frame=frame, row=row, read={})
            window = tuple(approved[version] for version in sorted(approved, reverse=True)[:MOST])


def _baselines(frame: Frame, row: int) -> Earlier | None:
    if not any(artifact.name.startswith(BASELINES) for artifact in frame.context.artifacts):
        return None
    return EarlierFacts(name="the registered baselines", facts=frame.baseline_facts(row))
