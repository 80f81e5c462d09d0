"""A signed evidence record: a DSSE envelope over an in-toto Statement about the package and its pinned evidence.

Source: DSSE v1.0 (envelope and PAE), in-toto Attestation Framework v1 (Statement).
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Protocol

from securesystemslib.dsse import Envelope
from securesystemslib.signer import Signature as DsseSignature  # type: ignore[attr-defined] # typed, without __all__

from modelgate.contracts.check_report import MAX_CHECK_REPORT_BYTES, MAX_CHECK_REPORT_VALUES
from modelgate.contracts.digests import is_digest, sha256_of
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.contracts.subject import Artifact, ArtifactState
from modelgate.errors import ContentError, SignatureError, UnreadableJsonError
from modelgate.evidence.record import EvidenceRecord

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:modelgate:decision:v3"

MAX_RECORD_BYTES = MAX_CHECK_REPORT_BYTES + 1_000_000  # a record is a check report and a few words about it
MAX_ENVELOPE_BYTES = MAX_RECORD_BYTES * 4 // 3 + 100_000  # base64, and the signatures
MAX_SIGNATURES = 8  # each is verified, which may be a request to KMS
_ENVELOPE = Limits(size=MAX_ENVELOPE_BYTES, depth=4, values=100)
_STATEMENT = Limits(size=MAX_RECORD_BYTES, values=MAX_CHECK_REPORT_VALUES + 10_000)
_MAX_SIGNATURE_BYTES = 512  # one of ECDSA over P-256 has 72 at most


class Signer(Protocol):
    """Signs with one key; its id is the hexadecimal SHA-256 of the public half (DER, SubjectPublicKeyInfo)."""

    @property
    def keyid(self) -> str:
        """The key that signs."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The ECDSA signature (DER) over the SHA-256 of *message*."""
        ...


class Verifier(Protocol):
    """Knows which keys are trusted."""

    def verify(self, keyid: str, message: bytes, signature: bytes) -> bool:
        """Whether the trusted key *keyid* made *signature*; False for a key that is not known.

        Raises:
            InfrastructureError: it could not be found out.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What one key signed, as the envelope says; nothing is verified yet."""

    keyid: str
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An opened envelope. *digest* is the SHA-256 of its bytes as stored; *message* is what was signed (the PAE)."""

    record: EvidenceRecord
    digest: str
    message: bytes
    signatures: tuple[Signature, ...]


def seal(record: EvidenceRecord, signer: Signer) -> bytes:
    """The envelope of *record*. ECDSA is not deterministic: sealing twice gives two envelopes of the same record.

    Raises:
        ContentError: the record judged nothing, or pins an artifact without a digest.
    """
    envelope = Envelope(canonical(statement(record)), PAYLOAD_TYPE, {})
    signature = signer.sign(envelope.pae())
    envelope.signatures[signer.keyid] = DsseSignature(signer.keyid, signature.hex())
    return canonical(envelope.to_dict())


def open_envelope(data: bytes) -> Sealed:
    """Read an envelope; its signatures are not verified, see `verify_signature`.

    Raises:
        ContentError: it is too large, not an envelope over a decision, or its statement is about something else than
            its record.
    """
    document = _parse(data, _ENVELOPE, "the signed record", "payload", "payloadType", "signatures")
    if document["payloadType"] != PAYLOAD_TYPE:
        raise ContentError(f"the signed record has payload type {_shown(document['payloadType'])}, not {PAYLOAD_TYPE}")
    payload = _bytes(document["payload"], "payload")
    return Sealed(
        record=_record(payload),
        digest=sha256_of(data),
        message=Envelope(payload, PAYLOAD_TYPE, {}).pae(),
        signatures=_signatures(document["signatures"]),
    )


def verify_signature(sealed: Sealed, verifier: Verifier) -> str:
    """The id of a trusted key that signed *sealed*; one is enough, others may have signed as well.

    Raises:
        SignatureError: none did.
        InfrastructureError: it could not be found out.
    """
    for signed in sealed.signatures:
        if verifier.verify(signed.keyid, sealed.message, signed.signature):
            return signed.keyid
    named = ", ".join(signed.keyid[:12] for signed in sealed.signatures)
    raise SignatureError(
        f"the record of decision {sealed.record.decision_id[:200]!a} is not signed by a key this gate trusts; its "
        f"signatures name {named}. Find out who wrote it"
    )


def statement(record: EvidenceRecord) -> dict[str, Any]:
    """The in-toto Statement: its subject is the registration and every pinned artifact, its predicate the record.

    Raises:
        ContentError: the record judged nothing, or pins an artifact without a digest.
    """
    return {
        "_type": STATEMENT_TYPE,
        "subject": _subject(record),
        "predicateType": PREDICATE_TYPE,
        "predicate": encode(record),
    }


def _subject(record: EvidenceRecord) -> list[dict[str, Any]]:
    pinned = (artifact for artifact in record.subject.artifacts if artifact.state is ArtifactState.PINNED)
    named = [(record.subject.package_arn, record.subject.registration), *map(_stored, pinned)]
    # Two containers may name one model file: once is enough.
    return [{"name": name, "digest": {"sha256": _hex(name, digest)}} for name, digest in dict.fromkeys(named)]


def _stored(artifact: Artifact) -> tuple[str, str | None]:
    return f"{artifact.stored_uri}?versionId={artifact.version_id}", artifact.digest


def _hex(name: str, digest: str | None) -> str:
    if not is_digest(digest):
        raise ContentError(f"the record names {name[:300]!a} without a digest; such a record proves nothing")
    return str(digest).lower().removeprefix("sha256:")


def _record(payload: bytes) -> EvidenceRecord:
    document = _parse(payload, _STATEMENT, "the statement", "_type", "subject", "predicateType", "predicate")
    if document["_type"] != STATEMENT_TYPE:
        raise ContentError(f"the statement is of type {_shown(document['_type'])}, this code reads {STATEMENT_TYPE}")
    if document["predicateType"] != PREDICATE_TYPE:
        raise ContentError(
            f"the statement's predicate is of type {_shown(document['predicateType'])}, "
            f"this code reads {PREDICATE_TYPE}"
        )
    record = decode(EvidenceRecord, document["predicate"])
    if document["subject"] != _subject(record):
        raise ContentError("the statement's subject is not what its record is about; find out who wrote it")
    return record


def _signatures(found: object) -> tuple[Signature, ...]:
    if not isinstance(found, list) or not 1 <= len(found) <= MAX_SIGNATURES:
        raise ContentError(f"the signed record needs a list of 1 to {MAX_SIGNATURES} signatures")
    signatures = tuple(map(_signature, found))
    if len({signed.keyid for signed in signatures}) < len(signatures):
        raise ContentError("the signed record has two signatures by one key; find out who wrote it")
    return signatures


def _signature(found: object) -> Signature:
    document = _fields(found, "a signature", "keyid", "sig")
    if not isinstance(document["keyid"], str):
        raise ContentError(f"a signature's keyid is {_shown(document['keyid'])}, not a text")
    signature = _bytes(document["sig"], "sig")
    if len(signature) > _MAX_SIGNATURE_BYTES:
        raise ContentError(f"a signature has {len(signature)} bytes, at most {_MAX_SIGNATURE_BYTES} are read")
    return Signature(keyid=document["keyid"], signature=signature)


def _parse(data: bytes, limits: Limits, what: str, *names: str) -> dict[str, Any]:
    try:
        document = read_object(data, limits)
    except UnreadableJsonError as error:
        raise ContentError(f"{what} cannot be read: {error}") from error
    return _fields(document, what, *names)


def _fields(found: object, what: str, *names: str) -> dict[str, Any]:
    if not isinstance(found, dict) or found.keys() != set(names):
        raise ContentError(f"{what} is not an object with exactly the fields {', '.join(names)}")
    return found


def _bytes(found: object, what: str) -> bytes:
    try:
        return base64.b64decode(found, validate=True) if isinstance(found, str) else _not_base64(found)
    except (binascii.Error, ValueError) as error:
        raise ContentError(f"the signed record's {what} is not base64: {error}") from error


def _not_base64(found: object) -> bytes:
    raise ValueError(f"it is {_shown(found)}")


def _shown(found: object) -> str:
    return ascii(found)[:100]
