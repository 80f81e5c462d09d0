"""Evidence records reduced to frames."""

from collections.abc import Iterable

from modelgate.checks.slots import Key, key_of
from modelgate.contracts.facts import BASELINES, Fact
from modelgate.contracts.results import Verdict
from modelgate.contracts.strict import canonical, encode
from modelgate.evaluate.package import package_results
from modelgate.evidence.record import EvidenceRecord
from modelgate.replay.frame import About, Context, Frame, PackageFault, PackedArtifact


def frames_of(records: Iterable[EvidenceRecord]) -> list[Frame]:
    """Pack *records*, in their order; a record that judged nothing has no place here."""
    frames: dict[tuple[bytes, tuple[Key, ...]], Frame] = {}
    for record in records:
        facts = sorted(record.subject.facts, key=_is_baseline)  # stable: the model's own come first, in their order
        context, keys = _context(record), tuple(map(key_of, facts))
        place = (canonical(encode(context)), keys)
        frame = frames.get(place)
        if frame is None:
            frame = frames[place] = Frame(context=context, keys=keys)
        frame.add(_about(record), [a.arrived_at or "" for a in record.subject.artifacts], facts)
    return list(frames.values())


def _is_baseline(fact: Fact) -> bool:
    return fact.artifact.startswith(BASELINES)


def _context(record: EvidenceRecord) -> Context:
    subject = record.subject
    return Context(
        arn=subject.package_arn.rpartition("/")[0],
        group=subject.group,
        metadata=dict(sorted(subject.metadata.items())),
        artifacts=tuple(
            PackedArtifact(name=a.name, state=a.state, has_digest=a.content_digest is not None)
            for a in subject.artifacts
        ),
        faults=tuple(
            PackageFault(check=found.check, status=found.status, sentence=found.sentence)
            for found in package_results(subject)
        ),
    )


def _about(record: EvidenceRecord) -> About:
    subject, judgement = record.subject, record.judgement
    return About(
        decision_id=record.decision_id,
        version=int(subject.package_arn.rpartition("/")[2]),
        outcome=record.outcome,
        verdict=Verdict.HOLD if judgement.review else judgement.verdict,
        reviewed=judgement.review is not None,
        policy=judgement.policy,
        policy_version=judgement.policy_version,
        as_of=subject.as_of,
        decided_at=record.decided_at,
    )
