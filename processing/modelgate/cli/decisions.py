"""``modelgate decisions``: what was decided, newest first."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from modelgate.aws.decisions import list_decisions
from modelgate.cli.decision.listing import Row, Wanted, rows_of
from modelgate.cli.documents import document_of
from modelgate.cli.options import AsJson, GroupName
from modelgate.cli.platform import Platform
from modelgate.cli.printing import cell, complain, console, emit, say
from modelgate.cli.where import EvidenceStore, GovernanceAccount, Prefix, Region
from modelgate.contracts.results import WaiverState
from modelgate.evidence.record import Outcome

_STYLES = {Outcome.APPROVED: "green", Outcome.REJECTED: "red", Outcome.HELD: "yellow", Outcome.SHADOW: "blue"}


def since_of(text: str) -> datetime:
    """Read a day, a moment, or a number of days back.

    Raises:
        typer.BadParameter: it is none of them.
    """
    try:
        if text.endswith("d"):
            return datetime.now(UTC) - timedelta(days=int(text[:-1]))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        said = f"{text!r} is no day; write 2026-11-01, 2026-11-01T08:00:00+01:00, or 30d for thirty days back"
        raise typer.BadParameter(said) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def decisions(
    *,
    group: GroupName = None,
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="Only with this outcome.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", parser=since_of, help="Only from then on: a day (UTC) or 30d.", metavar="WHEN"),
    ] = None,
    policy: Annotated[str | None, typer.Option("--policy", help="Only by this policy.")] = None,
    waiver: Annotated[str | None, typer.Option("--waiver", help="Only where this waiver was looked at.")] = None,
    unused_waivers: Annotated[
        bool, typer.Option("--unused-waivers", help="Only where a waiver was in force and not needed.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", help="How many at most.", min=1)] = 20,
    prefix: Prefix = None,
    evidence_store: EvidenceStore = None,
    governance_account: GovernanceAccount = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """List decisions, newest first. Records are read only until there are enough."""
    place = Platform(region=region, account=governance_account, prefix=prefix, evidence_store=evidence_store)
    evidence = place.evidence()
    listed = list_decisions(evidence, group=group)
    if since is not None:
        listed = tuple(one for one in listed if datetime.fromisoformat(one.written_at) >= since)
    wanted = Wanted(outcome=outcome, policy=policy, waiver=waiver, unused_waivers=unused_waivers)
    rows = list(islice((row for row in rows_of(evidence, listed) if wanted.wants(row)), limit + 1))
    if as_json:
        emit({"decisions": document_of(rows[:limit]), "more": len(rows) > limit})
    else:
        _show(rows[:limit], more=len(rows) > limit)


def _show(rows: list[Row], *, more: bool) -> None:
    if not rows:
        say("no decision fits")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("recorded", "decision", "outcome", "policy", "why"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        if row.problem is None:
            outcome = cell(row.outcome or "", _STYLES.get(row.outcome, "") if row.outcome else "")
            policy = f"{row.policy} v{row.policy_version}" if row.policy else "none"
            table.add_row(cell(row.recorded_at[:19]), cell(row.decision_id), outcome, cell(policy), cell(_why(row)))
    console().print(table)
    for row in rows:
        if row.problem is not None:
            complain(f"{row.key} cannot be read: {row.problem}")
    if more:
        say("there are more; see --limit")


def _why(row: Row) -> str:
    unused = ", ".join(use.waiver for use in row.waivers if use.state is WaiverState.UNUSED)
    shadow = f"{row.verdict}: " if row.outcome is Outcome.SHADOW else ""
    return f"{shadow}{row.reason or ''}{f' (unused waivers: {unused})' if unused else ''}"
