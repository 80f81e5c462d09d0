"""The pin of the signing keys: written once, added to, and otherwise only compared."""

import hashlib
import json
from pathlib import Path
from typing import Any, Self

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from modelgate.evidence.signing_keys import SigningKeys

from deploy.terraform import signing_keys
from deploy.terraform.account import Account
from deploy.terraform.errors import DeployError
from deploy.terraform.signing_keys import pin_signing_keys, plan_with_signing_keys
from deploy.terraform.values import Environment

KEYS = {name: ec.generate_private_key(ec.SECP256R1()).public_key() for name in ("2026", "2027", "foreign")}
DER = {
    name: key.public_bytes(encoding=Encoding.DER, format=PublicFormat.SubjectPublicKeyInfo)
    for name, key in KEYS.items()
}
ALIAS = "alias/modelgate-dev-signing-"


class GovernanceAccount:
    """A session of an account whose KMS has these keys, by the name that their alias ends in."""

    def __init__(self, **keys: str) -> None:
        self.keys = {f"{ALIAS}{name}": key for name, key in keys.items()}

    def client(self, *_: Any, **__: Any) -> Self:
        return self

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        if KeyId not in self.keys:
            raise ClientError({"Error": {"Code": "NotFoundException", "Message": KeyId}}, "GetPublicKey")
        key = self.keys[KeyId]
        return {"KeyId": f"arn:aws:kms:eu-west-1:111111111101:key/{key}", "PublicKey": DER[key]}


@pytest.fixture
def pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the document of dev lies in these tests; not written yet."""
    path = tmp_path / "signing-keys.json"
    monkeypatch.setattr(signing_keys, "ROOT", tmp_path)
    monkeypatch.setattr(signing_keys, "signing_keys_path", lambda _: path)
    return path


def account(**keys: str) -> Account:
    session: Any = GovernanceAccount(**keys)
    return Account(id="111111111101", endpoint=None, sagemaker_endpoint=None, session=session, variables={})


def dev(*names: str) -> Environment:
    values = {field: getattr(Environment.read("dev"), field) for field in Environment.__slots__}
    return Environment(**values | {"signing_keys": names})


def say_nothing(_: str) -> None:
    """For tests that are about the document."""


def keyid(name: str) -> str:
    return hashlib.sha256(DER[name]).hexdigest()


def test_the_first_apply_writes_the_pin_and_asks_to_commit_it(pin: Path) -> None:
    """Each key by the digest of its public key, as openssl computes it; the last name signs."""
    said: list[str] = []
    pin_signing_keys(dev("2026", "2027"), account(**{"2026": "2026", "2027": "2027"}), said.append)
    document = json.loads(pin.read_text())

    assert document["active"] == keyid("2027")
    assert document["keys"].keys() == {keyid("2026"), keyid("2027")}
    assert document["keys"][keyid("2026")]["arn"].endswith(":key/2026")
    assert load_pem_public_key(document["keys"][keyid("2026")]["public_key"].encode()) == KEYS["2026"]
    assert ["commit it" in line for line in said] == [True]


def test_a_pin_that_agrees_is_left_alone(pin: Path) -> None:
    """The second apply says nothing and writes nothing: the same bytes are the same digest."""
    pin_signing_keys(dev("2026"), account(**{"2026": "2026"}), say_nothing)
    before, said = pin.read_bytes(), list[str]()
    pin_signing_keys(dev("2026"), account(**{"2026": "2026"}), said.append)

    assert pin.read_bytes() == before
    assert said == []


def test_a_new_name_joins_and_signs_while_the_old_key_stays(pin: Path) -> None:
    """That is a rotation: what the old key signed can still be verified."""
    pin_signing_keys(dev("2026"), account(**{"2026": "2026"}), say_nothing)
    pin_signing_keys(dev("2026", "2027"), account(**{"2026": "2026", "2027": "2027"}), say_nothing)
    document = json.loads(pin.read_text())

    assert document["active"] == keyid("2027")
    assert document["keys"].keys() == {keyid("2026"), keyid("2027")}


@pytest.mark.parametrize(
    ("names", "keys", "said"),
    [
        (("2026",), {"2026": "foreign"}, "pins arn:aws:kms:eu-west-1:111111111101:key/2026, but .* are others"),
        (("2027",), {"2027": "2027"}, "put it back"),
        (("2027", "2026"), {"2026": "foreign", "2027": "2027"}, "who changed the key's alias"),
    ],
)
def test_a_key_that_is_swapped_or_taken_out_is_refused(
    pin: Path, names: tuple[str, ...], keys: dict[str, str], said: str
) -> None:
    """Whoever may move an alias could otherwise bring a key of their own into the pin."""
    pin_signing_keys(dev("2026"), account(**{"2026": "2026"}), say_nothing)
    before = pin.read_bytes()

    with pytest.raises(DeployError, match=said):
        pin_signing_keys(dev(*names), account(**keys), say_nothing)
    assert pin.read_bytes() == before


def test_going_back_to_an_older_key_takes_an_edit_of_the_pin(pin: Path) -> None:
    """Another order of the names changes who signs: that belongs into the same commit."""
    both = {"2026": "2026", "2027": "2027"}
    pin_signing_keys(dev("2026", "2027"), account(**both), say_nothing)

    with pytest.raises(DeployError, match="another key signs than signing_keys does"):
        pin_signing_keys(dev("2027", "2026"), account(**both), say_nothing)


def test_a_key_that_bootstrap_has_not_made_is_named_with_the_command(pin: Path) -> None:
    """Nothing is pinned of a key that does not exist."""
    with pytest.raises(DeployError, match=f"no signing key {ALIAS}2026 yet; run `make apply ENV=dev ROOT=bootstrap"):
        pin_signing_keys(dev("2026"), account(), say_nothing)
    assert not pin.exists()


def test_a_plan_of_a_rotation_does_with_the_pinned_keys_until_bootstrap_has_made_the_new_one(pin: Path) -> None:
    """A pull request that adds a name can be planned; only the apply insists."""
    one = account(**{"2026": "2026"})
    pin_signing_keys(dev("2026"), one, say_nothing)
    before, said = pin.read_bytes(), list[str]()
    plan_with_signing_keys(dev("2026", "2027"), one, said.append)

    assert pin.read_bytes() == before
    assert ["2027 yet" in line for line in said] == [True]
    with pytest.raises(DeployError, match="2027 yet"):
        pin_signing_keys(dev("2026", "2027"), one, say_nothing)


def test_what_is_written_is_what_the_gate_reads(pin: Path) -> None:
    """Steps and functions read the document strictly, and compute each key's name again."""
    pin_signing_keys(dev("2026", "2027"), account(**{"2026": "2026", "2027": "2027"}), say_nothing)
    read = SigningKeys.from_json(pin.read_bytes())

    assert read.active == keyid("2027")
    assert read.keys.keys() == {keyid("2026"), keyid("2027")}


def test_a_pin_that_cannot_be_read_is_refused(pin: Path) -> None:
    """It is never written over: what it said is the only trace of the keys that were trusted."""
    pin.write_text("{}")

    with pytest.raises(DeployError, match="take the one of the last commit"):
        pin_signing_keys(dev("2026"), account(**{"2026": "2026"}), say_nothing)
    assert pin.read_text() == "{}"
