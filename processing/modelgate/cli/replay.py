"""``modelgate replay``: what would have become of recorded decisions under other policies."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from modelgate.aws.decisions import list_decisions
from modelgate.aws.many_decisions import read_records
from modelgate.cli.bundles import read_bundle
from modelgate.cli.ending import Exit
from modelgate.cli.options import AsJson, GroupName
from modelgate.cli.pack import ARCHIVE
from modelgate.cli.platform import Platform
from modelgate.cli.printing import emit
from modelgate.cli.progress import counting
from modelgate.cli.replayed import as_document, as_markdown, show
from modelgate.cli.where import EvidenceStore, GovernanceAccount, Prefix, Region
from modelgate.evidence.record import EvidenceRecord
from modelgate.replay.archive import Question, replay_archive, replay_records
from modelgate.replay.summary import Summary


def replay(
    *,
    policy: Annotated[
        Path, typer.Option(help="The candidate: a folder of policies, or a bundle file.", exists=True)
    ] = Path("policies"),
    archive: Annotated[
        Path, typer.Option(help="Folder of packed decisions; modelgate pack makes one.", file_okay=False)
    ] = ARCHIVE,
    from_store: Annotated[bool, typer.Option("--from-store", help="Read the evidence store instead; slow.")] = False,
    since: Annotated[str, typer.Option(help="Only decisions made on this day (ISO 8601) or later.")] = "",
    group: GroupName = None,
    near: Annotated[
        float, typer.Option(min=0, max=0.5, help="A passing number within this part of its bound is a near miss.")
    ] = 0.02,
    most: Annotated[int, typer.Option("--most", min=0, help="Flips and near misses that are listed.")] = 20,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a comment for a pull request.")] = False,
    prefix: Prefix = None,
    evidence_store: EvidenceStore = None,
    governance_account: GovernanceAccount = None,
    region: Region = None,
    as_json: AsJson = False,
) -> int:
    """Judge every recorded decision again under a candidate policy, from the facts stored with it.

    Exits with 0 when no verdict would be another, and with 1 when one would. Reviews are left out: a person's word
    answered the policy of its time, so what people decided counts as held.
    """
    question = Question(bundle=read_bundle(policy), near=near, since=since, group=group)
    if from_store:
        place = Platform(region=region, account=governance_account, prefix=prefix, evidence_store=evidence_store)
        summary = _from_store(place, question)
    else:
        with counting("decisions judged", total=None) as seen:
            summary = replay_archive(archive, question, seen=seen)
    if as_json:
        emit(as_document(summary, question.bundle))
    elif markdown:
        typer.echo(as_markdown(summary, question.bundle, most=most))
    else:
        show(summary, question.bundle, most=most)
    return Exit.FAULTS if summary.flips else Exit.FINE


def _from_store(place: Platform, question: Question) -> Summary:
    evidence = place.evidence()
    listed = tuple(reversed(list_decisions(evidence, group=question.group)))
    with counting("decisions read", total=len(listed)) as seen:

        def read() -> Iterator[EvidenceRecord]:
            for record in read_records(evidence, listed):
                seen(1)
                yield record

        return replay_records(read(), question)
