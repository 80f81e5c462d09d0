"""``modelgate verify``: prove a decision again, from its record and everything that the record rests on."""

from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.ending import Exit
from modelgate.cli.options import AsJson, arn_of
from modelgate.cli.platform import Platform, platform_of
from modelgate.cli.printing import emit
from modelgate.cli.progress import counting
from modelgate.cli.proving.keys import Keys
from modelgate.cli.proving.shown import document, show
from modelgate.cli.proving.sources import Source, from_file, from_stores
from modelgate.cli.where import ArtifactStore, EvidenceStore, GovernanceAccount, Prefix, Region
from modelgate.contracts.uris import S3Uri
from modelgate.evidence.checked import CheckState
from modelgate.evidence.exhibits import exhibits_of
from modelgate.evidence.verification import verify as verify_decision

ENDINGS = {CheckState.PROVED: Exit.FINE, CheckState.DIFFERS: Exit.FAULTS, CheckState.UNCHECKED: Exit.HOLD}

Target = Annotated[
    str,
    typer.Argument(
        help="The ARN of a package (its newest decision), the s3:// address of a record, an exported archive, or a "
        "record on disk.",
        metavar="ARN|S3|FILE",
    ),
]
Policies = Annotated[
    Path | None,
    typer.Option("--policies", help="The policies that judged a record on disk; it holds only their digest.",
                 exists=True),
]  # fmt: skip


def verify(
    target: Target,
    *,
    keys: Keys = None,
    policies: Policies = None,
    prefix: Prefix = None,
    evidence_store: EvidenceStore = None,
    artifact_store: ArtifactStore = None,
    governance_account: GovernanceAccount = None,
    region: Region = None,
    as_json: AsJson = False,
) -> int:
    """
    Prove a decision again: the signature, every object as it is stored, and the judgement made from the evidence.

    Exits with 0 when everything holds, with 1 when something differs or is forged, and with 3 when what could be
    checked holds, but not all could. An exported archive is verified without any access.
    """
    if target.startswith("arn:"):
        arn = arn_of(target)
        platform = platform_of(arn, prefix=prefix, evidence_store=evidence_store, artifact_store=artifact_store)
        source = from_stores(platform, arn, None, keys)
    elif target.startswith("s3://"):
        uri = S3Uri.parse(target)
        platform = Platform(
            region=region,
            account=governance_account,
            prefix=prefix,
            evidence_store=uri.bucket,
            artifact_store=artifact_store,
        )
        source = from_stores(platform, None, uri.key, keys)
    else:
        source = from_file(Path(target), keys, policies)
    return _verify(source, as_json=as_json)


def _verify(source: Source, *, as_json: bool) -> int:
    total = sum(exhibit.size or 0 for exhibit in exhibits_of(source.sealed.record))
    with counting("bytes read", total=total) as seen:
        found = verify_decision(source.sealed, source.exhibits, source.verifier, key=source.key, seen=seen)
    found = source.compared_with_registry(found)
    if as_json:
        emit(document(found, source))
    else:
        show(found, source)
    return ENDINGS[found.state]
