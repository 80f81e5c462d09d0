"""Signed records: what is written can be read by outsiders, and nothing else is taken for a record."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from hypothesis import given, settings
from hypothesis import strategies as st
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from modelgate.contracts.strict import canonical
from modelgate.contracts.subject import ArtifactState
from modelgate.errors import ContentError, SignatureError
from modelgate.evidence.envelope import MAX_ENVELOPE_BYTES, open_envelope, seal, verify_signature
from modelgate.evidence.public_keys import PublicKeys

from tests.unit.checks.subjects import artifact
from tests.unit.evidence.records_made_up import MODEL, record
from tests.unit.signing_made_up import TestSigner, signing_keys

SIGNER, STRANGER = TestSigner("2026"), TestSigner("stranger")
KEYS = PublicKeys(signing_keys(SIGNER))
ENVELOPE = seal(record(), SIGNER)


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The envelope, with a *change* made to its JSON."""
    document = json.loads(ENVELOPE)
    change(document)
    return canonical(document)


def restated(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The envelope, with a *change* made to the statement within it."""
    statement = json.loads(base64.b64decode(json.loads(ENVELOPE)["payload"]))
    change(statement)
    payload = base64.b64encode(canonical(statement)).decode()
    return changed(lambda document: document.update(payload=payload))


def test_a_record_is_read_as_it_was_sealed() -> None:
    """Its digest is that of the bytes in the store."""
    sealed = open_envelope(ENVELOPE)

    assert record() == sealed.record
    assert f"sha256:{hashlib.sha256(ENVELOPE).hexdigest()}" == sealed.digest
    assert SIGNER.keyid == verify_signature(sealed, KEYS)


def test_the_statement_is_one_of_in_toto() -> None:
    """Judged by in-toto's own library: the package first, then each pinned file."""
    statement = json.loads(base64.b64decode(json.loads(ENVELOPE)["payload"]))

    found = Statement.copy_from_pb(ParseDict(statement, statement_pb2.Statement()))
    found.validate()

    report = artifact("Bias.Report")
    assert [
        ("arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1", "a" * 64),
        (f"{MODEL.stored_uri}?versionId=v1", "b" * 64),
        (f"{report.stored_uri}?versionId=v1", "a" * 64),
    ] == [(one.name, one.digest["sha256"]) for one in found.pb.subject]
    assert found.pb.predicate_type == "urn:modelgate:decision:v3"


def test_what_is_signed_is_the_pre_authentication_encoding() -> None:
    """Written out here as DSSE says it, so that anybody can verify with a key and openssl."""
    payload = base64.b64decode(json.loads(ENVELOPE)["payload"])

    expected = b"DSSEv1 28 application/vnd.in-toto+json %d %b" % (len(payload), payload)

    assert expected == open_envelope(ENVELOPE).message


def test_only_pinned_files_are_subjects() -> None:
    """A file that was refused, or has not arrived, supports nothing; one that is named twice is listed once."""
    waiting = artifact("Bias.Report", state=ArtifactState.NOT_ARRIVED, digest=None, version_id=None)
    sealed = seal(record(artifacts=(MODEL, replace(MODEL, name="Model.1"), waiting)), SIGNER)

    statement = json.loads(base64.b64decode(json.loads(sealed)["payload"]))

    assert len(statement["subject"]) == 2
    assert record(artifacts=(MODEL, replace(MODEL, name="Model.1"), waiting)) == open_envelope(sealed).record


def test_a_changed_payload_is_not_what_was_signed() -> None:
    """Whoever rewrites an outcome has no signature on it."""
    forged = restated(lambda statement: statement["predicate"].update(outcome="approved"))

    with pytest.raises(SignatureError, match="is not signed by a key this gate trusts; its signatures name"):
        verify_signature(open_envelope(forged), KEYS)


def test_another_key_does_not_count() -> None:
    """Neither under its own id nor under that of a trusted key."""
    own = seal(record(), STRANGER)
    borrowed = json.loads(own)
    borrowed["signatures"][0]["keyid"] = SIGNER.keyid

    for envelope in (own, canonical(borrowed)):
        with pytest.raises(SignatureError):
            verify_signature(open_envelope(envelope), KEYS)


def test_one_trusted_signature_is_enough() -> None:
    """Others may have signed as well, before or after."""
    ours = json.loads(ENVELOPE)["signatures"]
    theirs = json.loads(seal(record(), STRANGER))["signatures"]

    for signatures in (ours + theirs, theirs + ours):
        both = changed(lambda document, signatures=signatures: document.update(signatures=signatures))
        assert SIGNER.keyid == verify_signature(open_envelope(both), KEYS)


def test_records_of_an_earlier_key_stay_valid() -> None:
    """Rotation adds a key; the one before it stays in the document."""
    assert SIGNER.keyid == verify_signature(open_envelope(ENVELOPE), PublicKeys(signing_keys(SIGNER, STRANGER)))


@pytest.mark.parametrize("cut", [0, 1, 35, -1])
def test_a_cut_signature_is_refused(cut: int) -> None:
    """What is no DER at all is a wrong signature, not a crash."""
    signature = base64.b64decode(json.loads(ENVELOPE)["signatures"][0]["sig"])[:cut]
    short = changed(lambda found: found["signatures"][0].update(sig=base64.b64encode(signature).decode()))

    with pytest.raises(SignatureError):
        verify_signature(open_envelope(short), KEYS)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(ENVELOPE) - 1), st.integers(0, 40), st.binary(max_size=40) | st.text('AZaz09+/="', max_size=40)
)
def test_no_change_of_a_signed_record_gives_another_record(at: int, length: int, piece: bytes | str) -> None:
    """Whatever piece is replaced: refused, not verified, or still what was signed."""
    inserted = piece.encode() if isinstance(piece, str) else piece
    try:
        sealed = open_envelope(ENVELOPE[:at] + inserted + ENVELOPE[at + length :])
        verify_signature(sealed, KEYS)
    except ContentError:
        return

    assert record() == sealed.record


def twice(document: dict[str, Any]) -> None:
    """One key signs two times."""
    document["signatures"] *= 2


NOT_ENVELOPES = {
    "empty": (b"", "the signed record cannot be read"),
    "list": (b"[]", "its top level is not a JSON object"),
    "nothing": (b"{}", "is not an object with exactly the fields payload, payloadType, signatures"),
    "not UTF-8": (ENVELOPE.decode().encode("utf-16"), "cannot be read: it is not UTF-8 at byte 0"),
    "deep": (b"[" * 200_000, "cannot be read"),
    "huge integer": (b'{"payload":' + b"9" * 100_000 + b"}", "cannot be read"),
    "infinite": (b'{"payload":1e999}', "the number 1e999 overflows"),
    "NaN": (b'{"payload":NaN}', "the bare token NaN is not JSON"),
    "too large": (b" " * (MAX_ENVELOPE_BYTES + 1), "bytes, at most"),
    "duplicate key": (ENVELOPE[:-2] + b',"payload":""}', "the key 'payload' appears twice in one object"),
    "unknown key": (changed(lambda d: d.update(note="x")), "exactly the fields"),
    "no signatures": (changed(lambda d: d.update(signatures=[])), "a list of 1 to 8 signatures"),
    "many signatures": (changed(lambda d: d.update(signatures=d["signatures"] * 9)), "a list of 1 to 8 signatures"),
    "one key twice": (changed(twice), "two signatures by one key"),
    "keyid": (changed(lambda d: d["signatures"][0].update(keyid=7)), "keyid is 7, not a text"),
    "long signature": (changed(lambda d: d["signatures"][0].update(sig="AAAA" * 999)), "a signature has 2997 bytes"),
    "signature not base64": (changed(lambda d: d["signatures"][0].update(sig="%")), "sig is not base64"),
    "payload not base64": (changed(lambda d: d.update(payload="*")), "payload is not base64"),
    "payload a number": (changed(lambda d: d.update(payload=1)), "payload is not base64: it is 1"),
    "payload type": (changed(lambda d: d.update(payloadType="text/plain")), "has payload type 'text/plain'"),
    "statement type": (restated(lambda d: d.update(_type="v0")), "the statement is of type 'v0'"),
    "predicate type": (restated(lambda d: d.update(predicateType="urn:x")), "predicate is of type 'urn:x'"),
    "no record": (restated(lambda d: d.update(predicate={})), "lacks the field 'decision_id'"),
    "another package": (restated(lambda d: d["subject"][0].update(name="arn")), "is not what its record is about"),
    "another digest": (restated(lambda d: d["subject"][1]["digest"].update(sha256="0" * 64)), "not what its record is"),
    "a subject less": (restated(lambda d: d["subject"].pop()), "is not what its record is about"),
    "more of a subject": (restated(lambda d: d["subject"][0].update(uri="x")), "is not what its record is about"),
}


@pytest.mark.parametrize("case", NOT_ENVELOPES)
def test_anything_else_is_refused_with_a_sentence(case: str) -> None:
    """Untrusted bytes: no other error comes out, whatever they are."""
    data, sentence = NOT_ENVELOPES[case]

    with pytest.raises(ContentError, match=sentence):
        open_envelope(data)


def test_a_record_without_its_digests_is_not_sealed() -> None:
    """Such a record would prove nothing about what was judged."""
    with pytest.raises(ContentError, match="without a digest"):
        seal(record(registration=""), SIGNER)
    with pytest.raises(ContentError, match="without a digest"):
        seal(record(artifacts=(artifact("Model.0", digest=None),)), SIGNER)
