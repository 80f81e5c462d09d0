"""The keys that sign evidence records: a document that the pipeline definition pins by digest.

One key is active; those before it stay, so that what they signed can still be verified.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from modelgate.contracts.strict import decode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, PinError

SCHEMA = "modelgate/signing-keys/v1"
MAX_KEYS = 64
_LIMITS = Limits(size=100_000, depth=4, values=1000)

_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]{1,128}", re.ASCII)
_PEM = re.compile(r"\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*", re.ASCII)
# RFC 5480: the SubjectPublicKeyInfo of an uncompressed point (0x04, x, y) on P-256, up to that point.
_P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
_POINT_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One key: where KMS holds its private half, and the public half as PEM (SubjectPublicKeyInfo)."""

    arn: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeys:
    """Every key whose records count, by key id; *active* signs."""

    active: str
    keys: Mapping[str, SigningKey]

    @classmethod
    def from_json(cls, data: bytes) -> "SigningKeys":
        """Read the document.

        Raises:
            PinError: it is not one of this schema, or a key is not what its id says.
        """
        try:
            document = read_object(data, _LIMITS)
            if (schema := document.pop("schema", None)) != SCHEMA:
                raise ContentError(f"its schema is {ascii(schema)[:100]}, this code reads {SCHEMA!r}")
            found = decode(cls, document)
            _verify(found)
        except ContentError as error:
            raise PinError(
                f"the document of signing keys cannot be used: {error}; apply the governance root again"
            ) from error
        return found


def keyid_of(public_key: str) -> str:
    """The id of a public key (PEM): the hexadecimal SHA-256 of its DER.

    ``openssl pkey -pubin -in key.pem -outform DER | sha256sum`` gives the same.

    Raises:
        ContentError: it is not the PEM of a key on P-256.
    """
    match = _PEM.fullmatch(public_key)
    if match is None:
        raise ContentError("a public key is not in PEM, from BEGIN PUBLIC KEY to END PUBLIC KEY")
    try:
        der = base64.b64decode("".join(match[1].split()), validate=True)
    except ValueError as error:
        raise ContentError(f"a public key's PEM is not base64: {error}") from error
    if not der.startswith(_P256) or len(der) != len(_P256) + _POINT_BYTES:
        raise ContentError("a public key is not one on P-256 (ECC_NIST_P256)")
    return hashlib.sha256(der).hexdigest()


def _verify(found: SigningKeys) -> None:
    if not 1 <= len(found.keys) <= MAX_KEYS:
        raise ContentError(f"it has {len(found.keys)} keys; 1 to {MAX_KEYS} are read")
    for keyid, key in found.keys.items():
        if keyid_of(key.public_key) != keyid:
            raise ContentError(f"the public key of {keyid[:64]!a} has another id, {keyid_of(key.public_key)}")
        if _ARN.fullmatch(key.arn) is None:
            raise ContentError(f"{key.arn[:200]!a} is not the ARN of a KMS key")
    if found.active not in found.keys:
        raise ContentError(f"the active key {found.active[:64]!a} is not among the keys")
