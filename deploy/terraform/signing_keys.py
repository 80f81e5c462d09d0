"""
The public keys that decisions are verified with, read from KMS between bootstrap and governance.

The document is the pin: in a real environment it is tracked beside the values, so that a key that is swapped behind a
name, or a name that is taken out, is refused and seen in a review. A new name (the first one too) is added to it.
The embedded AWS makes new keys with every instance; its document lies in the instance's folder and follows them.
"""

import base64
import hashlib
import json
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from deploy.paths import LOCAL, ROOT, values_folder, workspace
from deploy.terraform.account import Account
from deploy.terraform.errors import DeployError
from deploy.terraform.values import Environment

SCHEMA = "modelgate/signing-keys/v1"  # as modelgate.evidence.signing_keys reads it
Document = Mapping[str, Any]


class MissingKeyError(DeployError):
    """The values name a key that bootstrap has not made yet."""


def signing_keys_path(environment: str) -> Path:
    """Where the document of *environment* lies."""
    return (workspace(LOCAL) if environment == LOCAL else values_folder(environment)) / "signing-keys.json"


def pin_signing_keys(environment: Environment, account: Account, say: Callable[[str], None]) -> Path:
    """
    Make sure that the document holds the keys that the governance *account* has, and return its path.

    Raises:
        DeployError: a key is missing, or the tracked document names other keys than the account has.
    """
    path = signing_keys_path(environment.name)
    document = _read_keys(environment, account)
    if environment.name == LOCAL:
        _write(path, document)
        return path
    pinned = _load(path) if path.is_file() else None
    if pinned == document:
        return path
    shown = path.relative_to(ROOT)
    if pinned is not None:
        _refuse_another_pin(pinned, document, f"{shown}")
    _write(path, document)
    say(f"governance: wrote {shown}; commit it: from now on it says whose signature proves a decision")
    return path


def plan_with_signing_keys(environment: Environment, account: Account, say: Callable[[str], None]) -> Path:
    """
    As `pin_signing_keys`; but a plan does with the pinned keys where bootstrap has not made a new one yet.

    Raises:
        DeployError: there is no pin to plan with, or it names other keys than the account has.
    """
    try:
        return pin_signing_keys(environment, account, say)
    except MissingKeyError as error:
        path = signing_keys_path(environment.name)
        if not path.is_file():
            raise
        say(f"{error}; this plan is made with the keys that are pinned now")
        return path


def _read_keys(environment: Environment, account: Account) -> Document:
    kms = account.session.client("kms", endpoint_url=account.endpoint)
    keys: dict[str, dict[str, str]] = {}
    active = ""
    for name in environment.signing_keys:
        alias = f"alias/{environment.prefix}-signing-{name}"
        try:
            answer = kms.get_public_key(KeyId=alias)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NotFoundException":
                raise MissingKeyError(
                    f"governance: there is no signing key {alias} yet; "
                    f"run `make apply ENV={environment.name} ROOT=bootstrap/governance` first"
                ) from error
            raise DeployError(f"governance: the public key of {alias} cannot be read: {error}") from error
        except BotoCoreError as error:
            raise DeployError(f"governance: the public key of {alias} cannot be read: {error}") from error
        active = hashlib.sha256(answer["PublicKey"]).hexdigest()
        keys[active] = {"arn": answer["KeyId"], "public_key": _pem(answer["PublicKey"])}
    return {"schema": SCHEMA, "active": active, "keys": keys}


def _refuse_another_pin(pinned: Document, found: Document, shown: str) -> None:
    """Let new keys join; refuse everything else."""
    held: Mapping[str, Any] = pinned["keys"]
    lost = sorted(arn for keyid, key in held.items() if found["keys"].get(keyid) != key for arn in [key["arn"]])
    if lost:
        raise DeployError(
            f"governance: {shown} pins {', '.join(lost)}, but the account's signing keys are others; if a name was "
            "taken out of signing_keys, put it back (what it signed must stay verifiable); if nobody did, find out "
            "who changed the key's alias"
        )
    if found["keys"].keys() == held.keys():
        raise DeployError(
            f"governance: {shown} says that another key signs than signing_keys does; "
            "whichever is meant, change the other in the same commit"
        )


def _load(path: Path) -> Document:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        {key["arn"] for key in found["keys"].values()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DeployError(
            f"governance: {path.relative_to(ROOT)} is not a document of signing keys ({error}); "
            "take the one of the last commit"
        ) from error
    document: Document = found
    return document


def _write(path: Path, document: Document) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _pem(der: bytes) -> str:
    lines = textwrap.wrap(base64.b64encode(der).decode(), 64)
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])
