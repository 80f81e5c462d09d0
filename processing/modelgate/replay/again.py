"""A candidate bundle over packed decisions: the engine of the step, with each choice made once for a whole frame.

Numbers inside a plain bound pass by definition, so a column of them is settled at once; every other number goes through
the same assessment as in the step, one by one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from modelgate.checks import CUSTOM
from modelgate.checks.assess import assess
from modelgate.checks.plan import Part, changes, findings, part_of
from modelgate.checks.slots import Keys
from modelgate.contracts.package import Container
from modelgate.contracts.results import Result, Severity, Status, Verdict, WaiverState
from modelgate.contracts.subject import Artifact, ArtifactState, Subject
from modelgate.decide import Vote, asked_of, decide, left_to_people, votes_of
from modelgate.evaluate import missing_result
from modelgate.evaluate.package import evidence_results
from modelgate.evaluate.waivers import waive, waivers_of
from modelgate.policy.matching import matching
from modelgate.policy.model import Bundle, Policy
from modelgate.replay.choice import Chosen, is_plain, is_simple
from modelgate.replay.frame import About, Frame, PackedArtifact, RowReadings
from modelgate.replay.history import History
from modelgate.replay.near import Close, near_misses
from modelgate.replay.outcome import Replayed, Trouble

_WHOLE = Container(image="image", image_digest=None, model_data_url="data", model_data_etag=None)


def replay(frames: Sequence[Frame], bundle: Bundle, *, near: float) -> Iterator[Replayed]:
    """Judge every decision of *frames* by *bundle*.

    *near* is the part of a bound (of its magnitude, or of its width where it has two ends) within which a passing
    number counts as a near miss. Reviews are left out: they answered the policy of their time.
    """
    history, chosen = History(frames), Chosen()
    for frame in frames:
        policies = matching(bundle, frame.context.group, frame.context.metadata)
        if len(policies) == 1:
            yield from _Replay(frame, policies[0], bundle, history, chosen, near).rows()
        else:
            for about in frame.about:
                yield Replayed(about, frame, None, Verdict.HOLD)


@dataclass
class _Replay:
    """One frame under one policy."""

    frame: Frame
    policy: Policy
    bundle: Bundle
    history: History
    chosen: Chosen
    near: float

    def rows(self) -> Iterator[Replayed]:
        """Judge every decision of the frame."""
        troubled = self._troubled() if self._arrived else {}
        close = self._close() if self._arrived else {}
        policy, verdict = self.policy.name, self._passed
        for row, about in enumerate(self.frame.about):
            known = (*self._evidence(row), *self._absent)
            found = troubled.get(row)
            if known or found:
                yield self._judged(about, known, found or {}, tuple(close.get(row, ())))
            else:
                # Most end here: made by position, because that is quick.
                yield Replayed(about, self.frame, policy, verdict, tuple(close[row]) if row in close else ())

    def _judged(
        self, about: About, known: tuple[Result, ...], found: Mapping[int, Trouble], close: tuple[Close, ...]
    ) -> Replayed:
        passed = [vote for index, vote in self._passes.items() if index not in found]
        votes, waivers = self._votes(about, known, found.values())
        return Replayed(
            about=about,
            frame=self.frame,
            policy=self.policy.name,
            verdict=self._final(decide([*passed, *votes], self._checks)),
            near=close,
            waivers=waivers,
            known=known,
            troubles=tuple(found.values()),
        )

    def _votes(
        self, about: About, known: Sequence[Result], troubles: Collection[Trouble]
    ) -> tuple[list[Vote], tuple[str, ...]]:
        if not self._waivable:
            return [*votes_of(known), *(vote for trouble in troubles for vote in trouble.votes)], ()
        results = [*known, *(result for trouble in troubles for result in trouble.results)]
        waived = waive(results, replace(self._subject, as_of=about.as_of), self.policy, self.bundle)
        used = tuple(use.waiver for use in waived.uses if use.state is WaiverState.USED)
        return list(votes_of(waived.results)), used

    @cached_property
    def _waivable(self) -> bool:
        return bool(waivers_of(self._subject, self.policy, self.bundle))

    @cached_property
    def _checks(self) -> Mapping[str, Severity]:
        return asked_of(self.policy)

    @cached_property
    def _passed(self) -> Verdict:
        """What every decision without trouble comes to."""
        return self._final(decide(self._passes.values(), self._checks) if self._arrived else Verdict.HOLD)

    @cached_property
    def _passes(self) -> Mapping[int, Vote]:
        """The vote of each part whose numbers all lie inside their bounds."""
        if not self._arrived:
            return {}
        return {
            index: Vote(part.check.id, part.check.severity, Status.PASS, measured=True)
            for index, part in enumerate(self._parts)
            if part.slots or part.check.kind == CUSTOM
        }

    def _final(self, verdict: Verdict) -> Verdict:
        people = verdict is Verdict.APPROVE and left_to_people(self._subject, self.policy)
        return Verdict.HOLD if people else verdict

    @cached_property
    def _arrived(self) -> bool:
        return all(artifact.state is not ArtifactState.NOT_ARRIVED for artifact in self.frame.context.artifacts)

    @cached_property
    def _parts(self) -> tuple[Part, ...]:
        return self.chosen.parts(self.policy, self.frame.own_keys)

    @cached_property
    def _absent(self) -> list[Result]:
        if not self._arrived:
            return []
        return [missing_result(part, absence) for part in self._parts for absence in part.absences]

    def _troubled(self) -> dict[int, dict[int, Trouble]]:
        """By row and part, whatever is not simply inside a plain bound."""
        troubled: dict[int, dict[int, Trouble]] = {}
        for index, part in enumerate(self._parts):
            worth_a_look = is_simple(part.check) and not is_plain(part)
            for row in self._doubtful(part):
                if worth_a_look and self._passes_at(part, row):
                    continue
                trouble = self._trouble(part, row)
                if not trouble.passed:
                    troubled.setdefault(row, {})[index] = trouble
        return troubled

    def _passes_at(self, part: Part, row: int) -> bool:
        """Whether every number of *part* passes; most do, and nothing more needs to be known of them."""
        readings = RowReadings(self.frame, row)
        for slot in part.slots:
            found = assess(part.check, slot, readings, part.check.bound)
            if found.status is not Status.PASS or not isinstance(found.number, float):
                return False
        return True

    def _doubtful(self, part: Part) -> Sequence[int]:
        if not is_plain(part):
            return range(len(self.frame.about))
        bound = part.check.bound
        outside = (bound.outside(self.frame.column(slot)) for slot in part.slots) if bound else ()
        return sorted({row for rows in outside for row in rows})

    def _trouble(self, part: Part, row: int) -> Trouble:
        readings = RowReadings(self.frame, row)
        if part.check.kind == CUSTOM:
            part = part_of(part.check, Keys(()), self.frame.facts(row))
            return Trouble(part, tuple(findings(part, readings, (), None)), part.absences)
        change = part.check.change
        if change is None:
            return Trouble(part, tuple(findings(part, readings, (), None)), ())
        alone = replace(part, check=replace(part.check, change=None))
        known = self.history.known(part, change, self.frame, row)
        found = (*findings(alone, readings, (), None), *changes(part, change, readings, known))
        return Trouble(part, found, ())

    def _close(self) -> Mapping[int, Sequence[Close]]:
        return near_misses(self.frame, filter(is_plain, self._parts), self.near)

    def _evidence(self, row: int) -> list[Result]:
        if self.policy.evidence.maximum_age_days is None:
            return self._ageless
        about = self.frame.about[row]
        artifacts = zip(self._subject.artifacts, self.frame.arrived, strict=True)
        aged = tuple(replace(artifact, arrived_at=times[row] or None) for artifact, times in artifacts)
        return self._asked(replace(self._subject, artifacts=aged, as_of=about.as_of))

    @cached_property
    def _ageless(self) -> list[Result]:
        return self._asked(self._subject)

    def _asked(self, subject: Subject) -> list[Result]:
        faults = (Result(check=f.check, status=f.status, sentence=f.sentence) for f in self.frame.context.faults)
        return [*faults, *evidence_results(subject, self.policy)]

    @cached_property
    def _subject(self) -> Subject:
        """A package as far as policies ask about it; its own faults are kept apart."""
        context, about = self.frame.context, self.frame.about[0]
        return Subject(
            package_arn=f"{context.arn}/{about.version}",
            creation_time="",
            registration="",
            package_status="Completed",
            group=context.group,
            containers=(_WHOLE,),
            artifacts=tuple(map(_unpacked, context.artifacts)),
            facts=(),
            as_of=about.as_of,
            metadata=context.metadata,
        )


def _unpacked(artifact: PackedArtifact) -> Artifact:
    return Artifact(
        name=artifact.name,
        uri="the registered address",
        content_digest="registered" if artifact.has_digest else None,
        stored_uri=None,
        version_id=None,
        digest=None,
        size=None,
        state=artifact.state,
        problem="as recorded" if artifact.state is ArtifactState.REFUSED else None,
    )
