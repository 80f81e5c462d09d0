"""Whose signatures count: the auditor's own copy of the keys, or the one that Terraform stores."""

from pathlib import Path
from typing import Annotated

import typer

from modelgate.aws.objects import Bucket
from modelgate.cli.registered import current
from modelgate.contracts.layout import SIGNING_KEYS_KEY
from modelgate.errors import PinError
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.signing_keys import SigningKeys

MAX_KEYS_BYTES = 100_000

Keys = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        help="Your own copy of the signing keys; nothing else says whose signature counts.",
        exists=True,
        dir_okay=False,
    ),
]


def keys_from(path: Path) -> PublicKeys:
    """The keys of a file.

    Raises:
        PinError: it is no document of signing keys.
    """
    with path.open("rb") as file:
        data = file.read(MAX_KEYS_BYTES + 1)
    try:
        return PublicKeys(SigningKeys.from_json(data))
    except PinError as error:
        raise PinError(f"{path}: {error}") from error


def trusted_keys(path: Path | None, artifacts: Bucket) -> PublicKeys:
    """The keys of the file, or the newest that are stored.

    Raises:
        PinError: they cannot be read.
        InfrastructureError: S3 did not answer.
    """
    if path is not None:
        return keys_from(path)
    return PublicKeys(SigningKeys.from_json(current(artifacts, SIGNING_KEYS_KEY)))
