"""A decision on a model that writes text is proved from its evidence, the evaluations among it."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from modelgate.aws.exhibits import StoredExhibits
from modelgate.contracts.layout import GENERATIVE, extra_report_key
from modelgate.evidence.checked import CheckState, Verification
from modelgate.evidence.deployment import images_of
from modelgate.evidence.envelope import open_envelope, seal
from modelgate.evidence.export import write_archive
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.record import EvidenceRecord
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.evidence.verification import verify

from tests.unit.signing_made_up import signing_keys_document
from tests.unit.steps.generative_world import MODEL, RECORDED, GenerativeWorld, numbers, recorded

TOXIC = "toxicity/toxic_frac+sklearn-profanity@1.9.1"
DIGEST = "sha256:" + "7" * 64


@pytest.fixture
def arn(writing: GenerativeWorld) -> str:
    """An approved package whose recorded answers were judged."""
    writing.pin_evaluation(RECORDED, "toxicity")
    writing.judge_by(numbers(TOXIC, 0.5))
    environment = writing.record_answers(recorded(writing.prompts["toxicity"], "fine"))
    arn = writing.register_model({**environment, "MODELGATE_MODEL_ID": MODEL, "TOKEN": "a secret"})
    assert writing.evaluate(arn) == "Approved"
    return arn


def stores(writing: GenerativeWorld) -> StoredExhibits:
    """Where the evidence lies."""
    return StoredExhibits(evidence=writing.evidence, artifacts=writing.artifacts)


def verified(
    writing: GenerativeWorld, arn: str, change: Callable[[EvidenceRecord], EvidenceRecord] = lambda record: record
) -> Verification:
    """The decision proved again; with a *change*, as somebody with the signing key could have written it."""
    sealed = open_envelope(seal(change(writing.record(arn)), writing.signer))
    keys = PublicKeys(SigningKeys.from_json(signing_keys_document((writing.signer,))))
    return verify(sealed, stores(writing), keys)


def differing(found: Verification) -> dict[str, str]:
    """What differs, and how."""
    return {one.what: one.sentences[0] for one in found.checked if one.state is CheckState.DIFFERS}


def test_the_evaluations_are_proved_and_exported(writing: GenerativeWorld, arn: str) -> None:
    """As every other document of a decision."""
    found = verified(writing, arn)

    assert (found.state, differing(found)) == (CheckState.PROVED, {})
    assert "evaluations" in {one.what for one in found.checked}
    envelope = writing.envelope(arn)
    entries = write_archive(io.BytesIO(), envelope, open_envelope(envelope), stores(writing), with_models=False)
    assert f"documents/{str(writing.evaluations_digest)[7:]}.json" in {entry.name for entry in entries}


def test_a_record_of_another_evaluation_is_given_away(writing: GenerativeWorld, arn: str) -> None:
    """By the document, by the group, and by what the report tells."""

    def bound(**changes: str | None) -> Callable[[EvidenceRecord], EvidenceRecord]:
        return lambda record: replace(
            record,
            report=replace(record.report, binding=replace(record.report.binding, **changes)),  # type: ignore[arg-type]
        )

    assert "do not agree" in differing(verified(writing, arn, bound(evaluations_digest=None)))["evaluations"]
    assert "is gone" in differing(verified(writing, arn, bound(evaluations_digest=DIGEST)))["evaluations"]
    told = differing(verified(writing, arn, bound(scoring_image_digest=DIGEST)))["evaluations"]
    assert "tells of another evaluation or scoring image" in told


def test_a_report_that_is_gone_is_missed(writing: GenerativeWorld, arn: str) -> None:
    """Once more, and not mended by another one in its place."""
    key = extra_report_key("run1", GENERATIVE)
    version = writing.s3.head_object(Bucket="gate-artifacts", Key=key)["VersionId"]
    writing.s3.delete_object(Bucket="gate-artifacts", Key=key, VersionId=version)

    found = differing(verified(writing, arn))
    assert "is gone" in found[f"report Extra.{GENERATIVE}"]
    assert "cannot be compared with it: the version that was judged is not there" in found["evaluations"]


def test_of_a_containers_environment_the_record_holds_what_names_its_model(writing: GenerativeWorld, arn: str) -> None:
    """And nothing else of it: what is deployed says which model was asked."""
    record = writing.record(arn)

    assert [image.model_id for image in images_of(record.subject.containers)] == [MODEL]
    assert b"a secret" not in writing.envelope(arn)
    assert record.report.binding.evaluations_digest == writing.evaluations_digest
