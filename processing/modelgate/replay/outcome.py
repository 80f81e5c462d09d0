"""What a replay says of one decision."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from modelgate.checks.plan import Finding, Part
from modelgate.checks.slots import Absence
from modelgate.contracts.results import Result, Status, Verdict
from modelgate.decide import Vote
from modelgate.evaluate import missing_result, result_of
from modelgate.replay.frame import About, Frame
from modelgate.replay.near import Close


@dataclass(frozen=True, slots=True)
class Trouble:
    """What one check found where not everything is simply inside its bound."""

    part: Part
    findings: tuple[Finding, ...]
    absences: tuple[Absence, ...]

    @property
    def votes(self) -> Iterator[Vote]:
        """What it says about the verdict, without a sentence for every number."""
        check = self.part.check
        for finding in self.findings:
            found = finding.assessment
            yield Vote(check.id, check.severity, found.status, isinstance(found.number, float) and bool(found.bound))
        for _ in self.absences:
            yield Vote(check.id, check.severity, Status.MISSING, measured=False)

    @property
    def passed(self) -> bool:
        """Whether all of it passed on measured numbers after all."""
        return all(vote.status is Status.PASS and vote.measured for vote in self.votes)

    @property
    def results(self) -> Iterator[Result]:
        """The same as a record would have it."""
        yield from (result_of(finding, None) for finding in self.findings)
        yield from (missing_result(self.part, absence) for absence in self.absences)


class Replayed(NamedTuple):
    """One decision under the candidate. *near* are numbers that hardly passed, *waivers* those that were used."""

    about: About
    frame: Frame
    policy: str | None
    verdict: Verdict
    near: tuple[Close, ...] = ()
    waivers: tuple[str, ...] = ()
    known: tuple[Result, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    @property
    def package_arn(self) -> str:
        """The package that was decided on."""
        return f"{self.frame.context.arn}/{self.about.version}"

    @property
    def group(self) -> str:
        """Its group."""
        return self.frame.context.group.name

    @property
    def results(self) -> tuple[Result, ...]:
        """Every result that did not pass, with its sentence; before waivers."""
        found = (*self.known, *(result for trouble in self.troubles for result in trouble.results))
        return tuple(result for result in found if result.status is not Status.PASS)
