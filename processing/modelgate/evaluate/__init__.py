"""A subject against a policy: one result for each thing asked. Pure: the same in the step, on a laptop, and later."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from modelgate.checks.plan import EarlierFacts, Finding, Part, choose, findings, part_of
from modelgate.checks.sentences import sentence_of
from modelgate.checks.slots import Absence, FactReadings, Keys, key_of
from modelgate.contracts.facts import BASELINES, Fact, Value
from modelgate.contracts.results import Result, Source, Status
from modelgate.contracts.strict import canonical, encode
from modelgate.contracts.subject import Artifact, ArtifactState, Subject
from modelgate.evaluate.package import evidence_results, overlooked, refused_for_size
from modelgate.policy.model import Against, Policy

MAX_WRITTEN = 16_000_000  # bytes of all results in a record, which the next step must be able to read


def evaluate(subject: Subject, policy: Policy) -> tuple[Result, ...]:
    """Everything the policy asks, sorted; checks on numbers run only once all evidence has arrived.

    Raises:
        PolicyError: the policy needs code that is not here; nobody is judged by a part of it.
    """
    evidence = evidence_results(subject, policy)
    arrived = all(artifact.state is not ArtifactState.NOT_ARRIVED for artifact in subject.artifacts)
    checks = _bounded(_results(subject, choose_parts(subject, policy))) if arrived else []
    if arrived:
        evidence += overlooked(subject, policy, checks)
    return tuple(sorted(evidence, key=_order)) + tuple(sorted(checks, key=_order))


def choose_parts(subject: Subject, policy: Policy) -> tuple[Part, ...]:
    """What each check looks at among the facts that are judged: those of baselines are not."""
    facts = own_facts(subject.facts)
    return choose(policy, Keys(map(key_of, facts)), facts)


def own_facts(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Facts about the model itself, in the order of their places: that of the files must not matter."""
    return _ordered(fact for fact in facts if not fact.artifact.startswith(BASELINES))


def baseline_facts(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Facts of the registered baselines, under the names that the model's own reports have."""
    found = (fact for fact in facts if fact.artifact.startswith(BASELINES))
    return _ordered(replace(fact, artifact=fact.artifact.removeprefix(BASELINES)) for fact in found)


def _ordered(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: (fact.artifact, fact.pointer, fact.metric)))


def history_wanted(policy: Policy) -> int:
    """How many approved versions the change rules of *policy* look back on; 0 when none does."""
    changes = [check.change for check in policy.checks if check.change is not None]
    return max((change.of for change in changes if change.against is not Against.BASELINES), default=0)


def history_facts(policy: Policy, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Those of an approved version's *facts* that the change rules of *policy* need."""
    own = own_facts(facts)
    keys = Keys(map(key_of, own))
    needed: set[int] = set()
    for check in policy.checks:
        if check.change is not None and check.change.against is not Against.BASELINES:
            for slot in part_of(check, keys, own).slots:
                needed.update(slot.parts if slot.at is None else (slot.at, *slot.parts))
    return tuple(own[at] for at in sorted(needed))


def earlier_of(subject: Subject) -> tuple[tuple[EarlierFacts, ...], EarlierFacts | None]:
    """The approved versions, newest first, and the baselines, if any were registered."""
    approved = tuple(
        EarlierFacts(name=f"approved version {prior.version}", facts=_ordered(prior.facts)) for prior in subject.history
    )
    registered = any(artifact.name.startswith(BASELINES) for artifact in subject.artifacts)
    facts = baseline_facts(subject.facts)
    return approved, EarlierFacts(name="the registered baselines", facts=facts) if registered else None


def _results(subject: Subject, parts: Sequence[Part]) -> Iterator[Result]:
    facts = own_facts(subject.facts)
    readings = FactReadings(facts)
    approved, baselines = earlier_of(subject)
    sources = {artifact.name: artifact for artifact in subject.artifacts}
    for part in parts:
        for finding in findings(part, readings, approved, baselines):
            at = finding.slot.at
            yield result_of(finding, None if at is None else _source(facts[at], sources))
        for absence in part.absences:
            yield missing_result(part, absence)


def result_of(finding: Finding, source: Source | None) -> Result:
    """What is recorded of *finding*."""
    slot, found = finding.slot, finding.assessment
    return Result(
        check=finding.check.id,
        status=found.status,
        severity=finding.check.severity,
        facet=slot.facet,
        facet_value=slot.facet_value,
        label=slot.label,
        observed=found.number if isinstance(found.number, Value) else Value(number=found.number),
        interval=found.interval,
        bound=found.bound,
        against=finding.against,
        reference=finding.reference,
        source=source,
        sentence=sentence_of(finding),
    )


def missing_result(part: Part, absence: Absence) -> Result:
    """What is recorded of something that is not there."""
    return Result(
        check=part.check.id,
        status=Status.MISSING,
        severity=part.check.severity,
        facet=absence.facet,
        facet_value=absence.facet_value,
        label=absence.label,
        bound=part.check.bound,
        sentence=f"{part.check.id}: {absence.sentence}",
    )


def _source(fact: Fact, artifacts: dict[str, Artifact]) -> Source:
    artifact = artifacts[fact.artifact]
    return Source(
        artifact=artifact.name,
        uri=artifact.stored_uri or "",
        version_id=artifact.version_id or "",
        digest=artifact.digest or "",
        pointer=fact.pointer,
    )


def _bounded(results: Iterator[Result]) -> list[Result]:
    found, written = [], 0
    for result in results:
        written += len(canonical(encode(result)))
        if written > MAX_WRITTEN:
            return [refused_for_size(MAX_WRITTEN)]
        found.append(result)
    return found


def _order(result: Result) -> tuple[str, ...]:
    places = (result.facet, result.facet_value, result.label, result.against)
    return (result.check, *(place or "" for place in places), result.sentence)
