"""``modelgate deployable``: may this package be deployed, and from which copy?"""

from enum import StrEnum
from typing import Annotated

import typer

from modelgate.aws.deployable import may_deploy
from modelgate.cli.documents import document_of
from modelgate.cli.ending import Exit
from modelgate.cli.options import AsJson, PackageArn
from modelgate.cli.platform import platform_of
from modelgate.cli.printing import emit, say
from modelgate.cli.proving.keys import Keys, trusted_keys
from modelgate.cli.where import ArtifactStore, EvidenceStore, Prefix
from modelgate.evidence.deployment import Answer
from modelgate.evidence.proof import ProofKind


class Accepted(StrEnum):
    """What is deployed besides decisions, where somebody asks for it."""

    LEGACY = "legacy"
    BREAK_GLASS = "break-glass"


_KINDS = {Accepted.LEGACY: ProofKind.LEGACY, Accepted.BREAK_GLASS: ProofKind.BREAK_GLASS}


def deployable(
    arn: PackageArn,
    *,
    accept: Annotated[
        list[Accepted] | None, typer.Option("--accept", help="Deploy these too, besides decisions; repeatable.")
    ] = None,
    keys: Keys = None,
    prefix: Prefix = None,
    evidence_store: EvidenceStore = None,
    artifact_store: ArtifactStore = None,
    as_json: AsJson = False,
) -> int:
    """
    Say whether a package may be deployed, and exactly which versions of its files: from the record, not the flag.

    Exits with 0 when it may and 1 when it may not. Deploy the copies that are named, never the registered address.
    """
    platform = platform_of(arn, prefix=prefix, evidence_store=evidence_store, artifact_store=artifact_store)
    artifacts = platform.artifacts()
    answer = may_deploy(
        arn,
        sagemaker=platform.session.sagemaker(),
        evidence=platform.evidence(),
        artifacts=artifacts,
        verifier=trusted_keys(keys, artifacts),
        accept={_KINDS[one] for one in accept or ()},
    )
    if as_json:
        emit(document_of(answer))
    else:
        _show(answer)
    return Exit.FINE if answer.allowed else Exit.FAULTS


def _show(answer: Answer) -> None:
    say(f"{'yes' if answer.allowed else 'no'}: {'; '.join(answer.reasons)}")
    if not answer.allowed:
        return
    for copy in answer.copies:
        say(f"  {copy.name}: {copy.uri} version {copy.version_id}, {copy.digest}")
    for image in answer.images:
        say(f"  image: {image.image}, {image.digest or 'registered without a digest'}")
        if image.model_id is not None:
            say(f"  model: {ascii(image.model_id)[1:-1]}, which the image calls elsewhere")
    if answer.decision_id is None:
        say("  it was never judged as it is registered, or names what cannot be pinned, so no copy of it is known")
