"""The document of signing keys: what pins who may have signed."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256K1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from modelgate.errors import PinError
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.signing_keys import SigningKeys

from tests.unit.signing_made_up import TestSigner, signing_keys_document

OLD, NEW = TestSigner("2025"), TestSigner("2026")
DOCUMENT = signing_keys_document((OLD, NEW))


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The document, with a *change*."""
    document = json.loads(DOCUMENT)
    change(document)
    return json.dumps(document).encode()


def other_curve() -> str:
    """A public key that is not on P-256, though its DER is about as long."""
    private = generate_private_key(SECP256K1())
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_one_key_is_active_and_older_ones_stay() -> None:
    """Rotation: the newest signs, every one verifies."""
    found = SigningKeys.from_json(DOCUMENT)

    assert NEW.keyid == found.active
    assert {OLD.keyid: OLD.arn, NEW.keyid: NEW.arn} == {keyid: key.arn for keyid, key in found.keys.items()}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="compares with the openssl command, which is not there")
def test_openssl_computes_the_same_id_and_verifies_the_same_signature(tmp_path: Path) -> None:
    """Anybody with a key file can find out its id, and whether it signed."""
    pem, message, signature = (tmp_path / name for name in ("key.pem", "message", "signature"))
    pem.write_text(NEW.public_key)
    message.write_bytes(b"what was decided")
    signature.write_bytes(NEW.sign(b"what was decided"))

    to_der = ["openssl", "pkey", "-pubin", "-in", str(pem), "-outform", "DER"]
    der = subprocess.run(to_der, check=True, capture_output=True).stdout
    digest = subprocess.run(["openssl", "dgst", "-sha256", "-r"], input=der, check=True, capture_output=True).stdout
    verify = ["openssl", "dgst", "-sha256", "-verify", str(pem), "-signature", str(signature), str(message)]

    assert digest.split()[0].decode() == SigningKeys.from_json(DOCUMENT).active
    assert subprocess.run(verify, check=True, capture_output=True).stdout == b"Verified OK\n"
    assert PublicKeys(SigningKeys.from_json(DOCUMENT)).verify(NEW.keyid, b"what was decided", signature.read_bytes())


REFUSED = {
    "not JSON": (b"{", "cannot be used"),
    "list": (b"[]", "cannot be used"),
    "deep": (b"[" * 200_000, "cannot be used"),
    "schema": (changed(lambda d: d.update(schema="v0")), "its schema is 'v0'"),
    "no keys": (changed(lambda d: d.update(keys={})), "it has 0 keys"),
    "active": (changed(lambda d: d.update(active="0" * 64)), "is not among the keys"),
    "unknown field": (changed(lambda d: d.update(owner="me")), "unknown field 'owner'"),
    "twice": (DOCUMENT[:-1] + b', "active": "x"}', "the key 'active' appears twice"),
    "mismatch": (changed(lambda d: d["keys"][NEW.keyid].update(public_key=OLD.public_key)), "has another id"),
    "arn": (changed(lambda d: d["keys"][NEW.keyid].update(arn="arn:aws:kms:x:1:alias/a")), "not the ARN of a KMS key"),
    "no PEM": (changed(lambda d: d["keys"][NEW.keyid].update(public_key="key")), "is not in PEM"),
    "another curve": (changed(lambda d: d["keys"][NEW.keyid].update(public_key=other_curve())), "not one on P-256"),
    "cut": (
        changed(lambda d: d["keys"][NEW.keyid].update(public_key=NEW.public_key.replace("MFkw", "MFk"))),
        "is not base64|not one on P-256",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_document_that_is_not_exactly_right_is_refused(case: str) -> None:
    """It decides whose word counts, so nothing in it is guessed."""
    data, sentence = REFUSED[case]

    with pytest.raises(PinError, match=sentence):
        SigningKeys.from_json(data)


def test_records_are_read_and_verified_by_kms_without_a_cryptography_library() -> None:
    """The zips of the functions are pure Python: none of what they import may need a compiled wheel."""
    modules = ("evidence.envelope", "evidence.signing_keys", "aws.signing", "aws.decisions")
    program = "import sys; sys.modules.update(dict.fromkeys(('cryptography', '_cffi_backend', 'cffi')));" + "".join(
        f"import modelgate.{module};" for module in modules
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_key_verifies_nothing() -> None:
    """A right signature under an id that nobody pinned is worth nothing."""
    trusted = PublicKeys(SigningKeys.from_json(signing_keys_document((OLD,))))

    assert not trusted.verify(NEW.keyid, b"message", NEW.sign(b"message"))
    assert not trusted.verify(OLD.keyid, b"message", NEW.sign(b"message"))
    assert trusted.verify(OLD.keyid, b"message", OLD.sign(b"message"))
