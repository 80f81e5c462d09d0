"""``modelgate pack``: recorded decisions into an archive on disk, which ``modelgate replay`` judges in seconds."""

from pathlib import Path
from typing import Annotated

import typer

from modelgate.aws.decisions import ListedDecision, list_decisions
from modelgate.aws.many_decisions import read_records
from modelgate.cli.options import AsJson, GroupName
from modelgate.cli.platform import Platform
from modelgate.cli.printing import emit, say
from modelgate.cli.progress import counting
from modelgate.cli.where import EvidenceStore, GovernanceAccount, Prefix, Region
from modelgate.replay.archive import pack as add_to_archive
from modelgate.replay.archive import packed

ARCHIVE = Path("build/decisions")


def pack(
    archive: Annotated[Path, typer.Argument(help="Folder of the archive.", file_okay=False)] = ARCHIVE,
    *,
    group: GroupName = None,
    since: Annotated[str, typer.Option(help="Only decisions written on this day (ISO 8601) or later.")] = "",
    prefix: Prefix = None,
    evidence_store: EvidenceStore = None,
    governance_account: GovernanceAccount = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """Fetch recorded decisions from the evidence store; those that the archive has already are left out."""
    platform = Platform(region=region, account=governance_account, prefix=prefix, evidence_store=evidence_store)
    evidence = platform.evidence()
    known = packed(archive) if archive.is_dir() else set()
    wanted = [one for one in list_decisions(evidence, group=group) if one.written_at >= since and _id(one) not in known]
    wanted.reverse()  # oldest first, as they were made
    with counting("decisions fetched", total=len(wanted)) as seen:
        added = add_to_archive(archive, read_records(evidence, wanted), seen=seen)
    if as_json:
        emit({"archive": str(archive), "added": added, "had": len(known)})
    else:
        say(f"{archive} has {added} decisions more; it had {len(known)}")


def _id(decision: ListedDecision) -> str:
    return f"{decision.group}/{decision.version}/{decision.execution_id}"
