"""A decision is proved from its evidence, and whatever was altered is named: nothing else, and nothing less."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.facts import Value
from modelgate.contracts.results import Status, Verdict
from modelgate.contracts.review import ReviewVerdict
from modelgate.contracts.strict import canonical
from modelgate.contracts.subject import Subject
from modelgate.errors import ContentError
from modelgate.evidence.checked import CheckState, Verification
from modelgate.evidence.envelope import Sealed, open_envelope, seal
from modelgate.evidence.exhibits import NoExhibits, exhibits_of
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.record import EvidenceRecord, Outcome
from modelgate.evidence.verification import verify

from tests.unit.evidence.decision_made_up import Decision, Objects, place, whole_decision
from tests.unit.signing_made_up import TestSigner, signing_keys

KEY = "decisions/loan-approval/2/run3.json"
QUALITY, EXTRA, MODEL = "ModelQuality.Statistics", "Extra.stress", "Model.0"
EVERYTHING = (
    "signature", "record", "gate document", "policy bundle", "signing keys", "report Bias.PostTrainingReport",
    "report Explainability.Report", f"report {QUALITY}", f"model {MODEL}", f"report {EXTRA}", "approved version 1",
    "review of AROA:ada", "facts", "judgement",
)  # fmt: skip


@pytest.fixture(scope="module")
def decision() -> Decision:
    """A decision with a past, a review and an extra report."""
    return whole_decision()


def proved(decision: Decision, objects: Objects | None = None, sealed: Sealed | None = None) -> Verification:
    """Verify it with what the stores hold."""
    keys = PublicKeys(decision.keys)
    return verify(sealed or decision.sealed, objects or decision.objects, keys, key=KEY)


def resigned(decision: Decision, change: Callable[[EvidenceRecord], EvidenceRecord]) -> Sealed:
    """The record changed by whoever holds the signing key: only what it rests on can give it away."""
    return open_envelope(seal(change(decision.sealed.record), decision.signer))


def about(change: Callable[[Subject], Subject]) -> Callable[[EvidenceRecord], EvidenceRecord]:
    """A change of what was judged."""
    return lambda record: replace(record, report=replace(record.report, subject=change(record.subject)))


def differing(found: Verification) -> list[str]:
    """What differs."""
    return [one.what for one in found.checked if one.state is CheckState.DIFFERS]


def said(found: Verification) -> str:
    """Why."""
    return "\n".join(sentence for one in found.checked if one.state is CheckState.DIFFERS for sentence in one.sentences)


def test_a_decision_is_proved_from_its_evidence(decision: Decision) -> None:
    """Everything it rests on was compared, and every byte of it was read."""
    read: list[int] = []

    found = verify(decision.sealed, decision.objects, PublicKeys(decision.keys), key=KEY, seen=read.append)

    assert (found.state, differing(found)) == (CheckState.PROVED, [])
    assert sorted(one.what for one in found.checked) == sorted(EVERYTHING)
    assert all(one.state is CheckState.PROVED and one.sentences for one in found.checked)
    assert found.keyid == decision.signer.keyid
    assert sum(read) == sum(len(decision.objects.held[place(one)]) for one in exhibits_of(decision.sealed.record))


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("gate document", "gate document"),
        ("policy bundle", "policy bundle"),
        ("signing keys", "signing keys"),
        (QUALITY, f"report {QUALITY}"),
        ("Bias.PostTrainingReport", "report Bias.PostTrainingReport"),
        ("Explainability.Report", "report Explainability.Report"),
        (EXTRA, f"report {EXTRA}"),
        (MODEL, f"model {MODEL}"),
        ("approved version 1", "approved version 1"),
        ("review of AROA:ada", "review of AROA:ada"),
    ],
)
@pytest.mark.parametrize("tampering", ["one bit", "cut", "longer", "empty", "gone"])
def test_every_altered_object_is_named(decision: Decision, name: str, what: str, tampering: str) -> None:
    """That one and no other; its place is in the sentence."""
    body = decision.body(name)
    altered = {
        "one bit": body[:-5] + bytes([body[-5] ^ 1]) + body[-4:],
        "cut": body[:-1],
        "longer": body + b"\n",
        "empty": b"",
        "gone": None,
    }[tampering]

    found = proved(decision, decision.objects.tampered(decision.exhibit(name), altered))

    assert (found.state, differing(found)) == (CheckState.DIFFERS, [what])
    assert decision.exhibit(name).key in said(found)


def test_a_record_altered_without_the_key_is_named_as_forged(decision: Decision) -> None:
    """One changed word of the payload: the signature does not fit any more."""
    stranger = seal(replace(decision.sealed.record, description="Approved by nobody."), TestSigner("stranger"))

    found = proved(decision, sealed=open_envelope(stranger))

    assert (found.state, found.keyid, differing(found)) == (CheckState.DIFFERS, None, ["signature"])


def test_a_record_at_another_place_is_named(decision: Decision) -> None:
    """An approval that is put where another decision was."""
    found = verify(
        decision.sealed, decision.objects, PublicKeys(decision.keys), key="decisions/loan-approval/2/run4.json"
    )

    assert differing(found) == ["record"]


def _other_auc(subject: Subject) -> Subject:
    facts = tuple(
        replace(fact, value=Value(number=0.99)) if (fact.artifact, fact.metric) == (QUALITY, "auc") else fact
        for fact in subject.facts
    )
    return replace(subject, facts=facts)


LIES: dict[str, tuple[Callable[[EvidenceRecord], EvidenceRecord], list[str], str]] = {
    "another number": (about(_other_auc), ["facts"], "'auc' at ModelQuality.Statistics/"),
    "a fact left out": (about(lambda s: replace(s, facts=s.facts[1:])), ["facts"], "is in the report, and not in the"),
    "facts in another order": (about(lambda s: replace(s, facts=s.facts[::-1])), ["facts"], "in another order"),
    "another verdict": (
        lambda r: replace(r, outcome=Outcome.REJECTED, report=replace(r.report, judgement=replace(
            r.report.judgement, verdict=Verdict.REJECT))),  # type: ignore[type-var]
        ["judgement"],
        "the verdict is approve, recorded was reject",
    ),
    "another outcome": (lambda r: replace(r, outcome=Outcome.HELD), ["record"], "says held where its own checks"),
    "another policy version": (
        lambda r: replace(r, report=replace(r.report, judgement=replace(r.judgement, policy_version=99))),
        ["judgement"],
        "policy_version is 1, recorded was 99",
    ),
    "a result that passed": (
        lambda r: replace(r, report=replace(r.report, judgement=replace(r.judgement, results=(
            replace(r.judgement.results[0], status=Status.FAIL), *r.judgement.results[1:])))),
        ["judgement"],
        "recorded was fail",
    ),
    "a result left out": (
        lambda r: replace(r, report=replace(r.report, judgement=replace(r.judgement, results=r.judgement.results[1:]))),
        ["judgement"],
        "and was not recorded",
    ),
    "a result of its own": (
        lambda r: replace(r, report=replace(r.report, judgement=replace(r.judgement, results=(
            *r.judgement.results, replace(r.judgement.results[0], check="made-up"))))),
        ["judgement"],
        "there is no such result",
    ),
    "another bundle version": (
        lambda r: replace(r, report=replace(r.report, binding=replace(r.report.binding, policy_bundle_version=2))),
        ["policy bundle"],
        "it is version 3, recorded was 2",
    ),
    "another group": (
        about(lambda s: replace(s, group=replace(s.group, team="other"))),
        ["gate document"],
        "another entry for group",
    ),
    "a file from elsewhere": (
        about(lambda s: replace(s, artifacts=(replace(s.artifacts[0], uri="s3://evil/x.json"), *s.artifacts[1:]))),
        ["gate document"],
        "it maps ",
    ),
    "another extra step": (
        about(lambda s: replace(s, artifacts=tuple(
            replace(a, uri=a.uri.replace("run3", "run2")) if a.name == EXTRA else a for a in s.artifacts))),
        ["gate document"],
        "Extra.stress of this run lies at s3://gate-artifacts/executions/run3/",
    ),
    "another content digest": (
        about(lambda s: replace(s, artifacts=(replace(s.artifacts[0], content_digest="sha256:" + "0" * 64),
                                              *s.artifacts[1:]))),
        ["gate document"],
        "was registered as sha256:000",
    ),
    "another size": (
        about(lambda s: replace(s, artifacts=(replace(s.artifacts[0], size=7), *s.artifacts[1:]))),
        [f"model {MODEL}"],
        "recorded were 7",
    ),
    "a past of its own": (
        about(lambda s: replace(s, history=(replace(s.history[0], facts=()),))),
        ["approved version 1", "judgement"],
        "other facts than those that were looked back on",
    ),
    "another version's past": (
        about(lambda s: replace(s, history=(replace(s.history[0], version=7),))),
        ["approved version 7", "judgement"],
        "is no approval of version 7",
    ),
    "another reviewer": (
        about(lambda s: replace(s, reviews=(replace(s.reviews[0], reviewer="AROA:bo"),))),
        ["review of AROA:bo", "judgement"],
        "is not where AROA:bo writes",
    ),
    "a review that said no": (
        about(lambda s: replace(s, reviews=(replace(s.reviews[0], record=replace(
            s.reviews[0].record, verdict=ReviewVerdict.REJECT)),))),
        ["review of AROA:ada", "judgement"],
        "says something else than the record cites",
    ),
    "another time": (about(lambda s: replace(s, as_of="yesterday")), ["record"], "judged was as of"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_signed_lie_is_found_by_what_it_rests_on(decision: Decision, lie: str) -> None:
    """Even the holder of the key cannot have a record say what its evidence does not."""
    change, expected, sentence = LIES[lie]

    found = proved(decision, sealed=resigned(decision, change))

    assert (found.state, differing(found)) == (CheckState.DIFFERS, expected)
    assert sentence in said(found)


def test_a_report_swapped_for_one_with_its_own_digest_is_found_by_the_facts(decision: Decision) -> None:
    """The record names the digest of other bytes, and these say something else."""
    exhibit = decision.exhibit(QUALITY)
    body = decision.body(QUALITY).replace(b"0.8", b"0.9")

    def swap(subject: Subject) -> Subject:
        artifacts = tuple(
            replace(a, digest=sha256_of(body), content_digest=sha256_of(body), size=len(body))
            if a.name == QUALITY
            else a
            for a in subject.artifacts
        )
        return replace(subject, artifacts=artifacts)

    found = proved(decision, decision.objects.tampered(exhibit, body), resigned(decision, about(swap)))

    assert "facts" in differing(found)
    assert f"report {QUALITY}" not in differing(found)


def test_a_report_that_says_nothing_any_more_is_named(decision: Decision) -> None:
    """It has the digest of the record, and is no report."""
    body = b"[]"

    def swap(subject: Subject) -> Subject:
        artifacts = tuple(
            replace(a, digest=sha256_of(body), content_digest=None, size=2) if a.name == QUALITY else a
            for a in subject.artifacts
        )
        return replace(subject, artifacts=artifacts)

    sealed = resigned(decision, about(swap))
    found = proved(decision, decision.objects.tampered(decision.exhibit(QUALITY), body), sealed)

    assert f"report {QUALITY}" in differing(found)
    assert "is refused now: its top level is not a JSON object" in said(found)


def test_a_past_that_a_stranger_signed_is_named(decision: Decision) -> None:
    """The digest fits the record, the signature fits no key of the gate."""
    prior = open_envelope(decision.body("approved version 1")).record
    forged = seal(prior, TestSigner("stranger"))

    def swap(subject: Subject) -> Subject:
        return replace(subject, history=(replace(subject.history[0], record_digest=sha256_of(forged)),))

    sealed = resigned(decision, about(swap))
    found = proved(decision, decision.objects.tampered(decision.exhibit("approved version 1"), forged), sealed)

    assert differing(found) == ["approved version 1"]
    assert "not signed by a key this gate trusts" in said(found)


def test_keys_that_the_run_did_not_pin_are_named(decision: Decision) -> None:
    """A key that is trusted today was not among those of then."""
    other = signing_keys(TestSigner("other"))
    body = canonical(
        {
            "schema": "modelgate/signing-keys/v1",
            "active": other.active,
            "keys": {keyid: {"arn": key.arn, "public_key": key.public_key} for keyid, key in other.keys.items()},
        }
    )

    def swap(record: EvidenceRecord) -> EvidenceRecord:
        binding = replace(record.report.binding, signing_keys_digest=sha256_of(body))
        return replace(record, report=replace(record.report, binding=binding))

    sealed = resigned(decision, swap)
    (exhibit,) = (one for one in exhibits_of(sealed.record) if one.name == "signing keys")
    found = proved(decision, decision.objects.tampered(exhibit, body), sealed)

    assert differing(found) == ["signing keys"]


@pytest.mark.parametrize("name", ["gate document", "policy bundle", "signing keys"])
def test_a_document_that_cannot_be_used_is_named(decision: Decision, name: str) -> None:
    """With the digest of the record, and nothing that can be read in it."""
    fields = {"gate document": "gate_digest", "policy bundle": "policy_digest", "signing keys": "signing_keys_digest"}

    def swap(record: EvidenceRecord) -> EvidenceRecord:
        changes: dict[str, Any] = {fields[name]: sha256_of(b"{}")}
        return replace(record, report=replace(record.report, binding=replace(record.report.binding, **changes)))

    sealed = resigned(decision, swap)
    (exhibit,) = (one for one in exhibits_of(sealed.record) if one.name == name)
    found = proved(decision, decision.objects.tampered(exhibit, b"{}"), sealed)

    assert differing(found) == [name]


def test_a_record_alone_proves_what_it_can_and_says_what_it_cannot(decision: Decision) -> None:
    """Its signature and its own consistency; nothing that it rests on was seen."""
    found = verify(decision.sealed, NoExhibits(), PublicKeys(decision.keys))

    states = {one.what: one.state for one in found.checked}
    assert found.state is CheckState.UNCHECKED
    assert [what for what, state in states.items() if state is CheckState.PROVED] == ["signature", "record"]
    assert [what for what, state in states.items() if state is CheckState.NOT_INCLUDED] == [f"model {MODEL}"]


def test_without_trusted_keys_no_signature_counts(decision: Decision) -> None:
    """The ids that it names are told, and it is not proved."""
    found = verify(decision.sealed, decision.objects, None, key=KEY)

    assert (found.state, found.keyid) == (CheckState.UNCHECKED, None)
    assert decision.signer.keyid in found.checked[0].sentences[0]


def test_an_archive_without_the_model_is_proved_by_its_digest(decision: Decision) -> None:
    """The gate never opened it either; that it was not included is said."""
    without = replace(decision.objects.tampered(decision.exhibit(MODEL), None), complete=False)

    found = proved(decision, without)

    assert found.state is CheckState.PROVED
    assert [one.what for one in found.checked if one.state is CheckState.NOT_INCLUDED] == [f"model {MODEL}"]


@pytest.mark.parametrize("change", [{"digest": None}, {"version_id": None}, {"stored_uri": None}])
def test_a_record_that_pins_without_saying_what_is_refused(decision: Decision, change: dict[str, Any]) -> None:
    """Such a record can be about anything; an envelope without a digest does not even open."""
    record = decision.sealed.record
    artifacts = (replace(record.subject.artifacts[0], **change), *record.subject.artifacts[1:])
    changed_record = about(lambda subject: replace(subject, artifacts=artifacts))(record)

    with pytest.raises(ContentError):
        verify(replace(decision.sealed, record=changed_record), decision.objects, PublicKeys(decision.keys))


def test_what_cannot_be_judged_is_named(decision: Decision) -> None:
    """A time that no age can be counted from is a difference, and not a crash."""

    def mangle(record: EvidenceRecord) -> EvidenceRecord:
        subject = replace(record.subject, as_of="yesterday")
        return replace(record, report=replace(record.report, subject=subject, checked_at="yesterday"))

    bundle = json.loads(decision.body("policy bundle"))
    bundle["policies"][0]["evidence"]["maximum_age_days"] = 30
    body = canonical(bundle)

    def aged(record: EvidenceRecord) -> EvidenceRecord:
        binding = replace(record.report.binding, policy_digest=sha256_of(body))
        return replace(record, report=replace(mangle(record).report, binding=binding))

    sealed = resigned(decision, aged)
    (exhibit,) = (one for one in exhibits_of(sealed.record) if one.name == "policy bundle")
    found = proved(decision, decision.objects.tampered(exhibit, body), sealed)

    assert differing(found) == ["judgement"]
    assert "what the record holds cannot be judged" in said(found)
