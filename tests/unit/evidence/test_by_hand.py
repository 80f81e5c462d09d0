"""What the page on evidence says about checking a record by hand, done as it says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.evidence.envelope import seal

from tests.unit.evidence.records_made_up import record
from tests.unit.signing_made_up import TestSigner, signing_keys_document

PAGE = Path(__file__).parents[3] / "docs" / "evidence.md"
SIGNER = TestSigner()

pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("openssl", "sha256sum", "bash")), reason="needs the page's tools"
)


def follow(folder: Path, envelope: bytes) -> str:
    """Run the page's commands in a *folder* that holds the record and the keys; return what they print."""
    (folder / "record.json").write_bytes(envelope)
    (folder / "signing-keys.json").write_bytes(signing_keys_document((SIGNER,)))
    (commands,) = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    done = subprocess.run(["bash"], input=commands, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_sound_record_verifies_with_standard_tools(tmp_path: Path) -> None:
    """The key's id, the signature, and the digest that notes name."""
    envelope = seal(record(), SIGNER)

    said = follow(tmp_path, envelope)

    assert "Verified OK" in said
    assert SIGNER.keyid in said
    assert sha256_of(envelope).removeprefix("sha256:") in said


def test_a_forged_record_does_not(tmp_path: Path) -> None:
    """Signed by somebody else under the id of the pinned key."""
    stranger = TestSigner()
    envelope = seal(record(), stranger).replace(stranger.keyid.encode(), SIGNER.keyid.encode())

    said = follow(tmp_path, envelope)

    assert "Verified OK" not in said
    assert "erification failure" in said
