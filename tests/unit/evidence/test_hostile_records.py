"""A record that anybody may have written ends as a finding or a refusal, never as an error of our own."""

import io
from dataclasses import replace

import pytest
from modelgate.errors import ContentError
from modelgate.evidence.checked import CheckState
from modelgate.evidence.envelope import Sealed, open_envelope, seal
from modelgate.evidence.exhibits import NoExhibits
from modelgate.evidence.export import write_archive
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.verification import JUDGEMENT, verify

from tests.unit.evidence.decision_made_up import Decision, whole_decision
from tests.unit.signing_made_up import TestSigner


@pytest.fixture(scope="module")
def decision() -> Decision:
    """A decision with a past, a review and an extra report."""
    return whole_decision()


def forged(decision: Decision, called: str, **artifact: object) -> tuple[bytes, Sealed]:
    """The record with other words about the artifact *called* that, signed by a stranger."""
    record = decision.sealed.record
    artifacts = tuple(
        replace(one, **artifact) if one.name == called else one  # type: ignore[arg-type]
        for one in record.subject.artifacts
    )
    report = replace(record.report, subject=replace(record.subject, artifacts=artifacts))
    envelope = seal(replace(record, report=report), TestSigner("stranger"))
    return envelope, open_envelope(envelope)


def test_facts_of_a_report_that_the_record_does_not_name_differ(decision: Decision) -> None:
    """There is nothing that they were judged from; the other comparisons are told as well."""
    _, sealed = forged(decision, "ModelQuality.Statistics", name="ModelQuality.Constraints")

    found = verify(sealed, decision.objects, PublicKeys(decision.keys))

    (judgement,) = (one for one in found.checked if one.what == JUDGEMENT)
    assert judgement.state is CheckState.DIFFERS


@pytest.mark.parametrize("size", [-1, 10**40])
def test_an_impossible_size_is_refused_by_an_export(decision: Decision, size: int) -> None:
    """A forged record is exported too, as evidence; one whose objects cannot be what it says is not."""
    envelope, sealed = forged(decision, "Model.0", size=size)

    with pytest.raises(ContentError, match="the record names"):
        write_archive(io.BytesIO(), envelope, sealed, decision.objects, with_models=True)


def test_without_evidence_nothing_is_proved(decision: Decision) -> None:
    """A genuine record alone."""
    assert verify(decision.sealed, NoExhibits(), PublicKeys(decision.keys)).state is CheckState.UNCHECKED
