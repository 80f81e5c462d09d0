"""The outcome of a replay for a terminal, a machine, and a pull request."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich import box
from rich.table import Table

from modelgate.cli.printing import cell, console, plain, say
from modelgate.contracts.results import Verdict
from modelgate.policy.model import Bundle
from modelgate.replay.summary import Flip, Summary

_PAST = {Verdict.APPROVE: "approved", Verdict.REJECT: "rejected", Verdict.HOLD: "held"}


def as_document(summary: Summary, bundle: Bundle) -> dict[str, Any]:
    """Everything, for a machine."""
    return {
        "bundle_version": bundle.version,
        "policies": {policy.name: policy.version for policy in bundle.policies},
        "decisions": summary.decisions,
        "ungoverned": summary.ungoverned,
        "verdicts": {verdict.value: summary.verdicts[verdict] for verdict in Verdict},
        "flips": [_flip(flip) for flip in summary.flips],
        "flip_counts": [{"was": was, "now": now, "count": n} for (was, now), n in summary.by_flip.items()],
        "losing_approval": sum(flip.loses_approval for flip in summary.flips),
        "near_miss_decisions": summary.near_decisions,
        "near_misses": [asdict(miss) for miss in summary.near],
        "unused_waivers": summary.unused(bundle),
    }


def show(summary: Summary, bundle: Bundle, *, most: int) -> None:
    """Print what a person wants to know first."""
    say(headline(summary, bundle))
    screen = console()
    for line in _counts(summary):
        say(f"  {line}")
    if summary.flips and most:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading in ("decision", "was", "would be", "because"):
            table.add_column(heading, overflow="fold")
        for flip in summary.flips[:most]:
            table.add_row(cell(flip.decision_id), cell(flip.was), cell(flip.now, _style(flip)), cell(_because(flip)))
        screen.print(table)
    for line in _rest(summary, bundle, most):
        say(line)


def as_markdown(summary: Summary, bundle: Bundle, *, most: int) -> str:
    """A comment for a pull request; names from reports are shown as code, so that they stay text."""
    lines = [f"### {headline(summary, bundle)}", ""]
    lines += [f"- {line}" for line in _counts(summary)]
    if summary.flips and most:
        lines += ["", "| decision | was | would be | because |", "|---|---|---|---|"]
        lines += [
            f"| {_code(flip.decision_id)} | {flip.was} | **{flip.now}** | {_code(_because(flip))} |"
            for flip in summary.flips[:most]
        ]
    rest = list(_rest(summary, bundle, most))
    return "\n".join([*lines, *([""] if rest else []), *rest])


def headline(summary: Summary, bundle: Bundle) -> str:
    """The whole in one sentence."""
    names = ", ".join(f"{policy.name} v{policy.version}" for policy in bundle.policies)
    if not summary.flips:
        return f"{summary.decisions} decisions under bundle v{bundle.version} ({names}): every verdict stays"
    return f"{summary.decisions} decisions under bundle v{bundle.version} ({names}): {len(summary.flips)} verdicts flip"


def _counts(summary: Summary) -> Iterator[str]:
    for (was, now), count in summary.by_flip.items():
        yield f"{count} that {'was' if count == 1 else 'were'} {_PAST[was]} would be {_PAST[now]}"
    losing = sum(flip.loses_approval for flip in summary.flips)
    if losing:
        yield f"{losing} approved {'model' if losing == 1 else 'models'} would lose approval"
    if summary.ungoverned:
        yield f"{summary.ungoverned} are governed by no single policy"
    if summary.near_decisions:
        yield f"{summary.near_decisions} approvals rest on a number close to its bound"


def _rest(summary: Summary, bundle: Bundle, most: int) -> Iterator[str]:
    if len(summary.flips) > most:
        yield f"and {len(summary.flips) - most} more flips; --json lists all of them"
    for miss in summary.near[:most]:
        yield f"near miss: {miss.decision_id}: {miss.check}: {miss.what} = {miss.number:.6g}, {miss.bound}"
    for waiver in summary.unused(bundle):
        yield f"waiver {waiver} was needed by none of them"


def _because(flip: Flip) -> str:
    return "; ".join(flip.reasons) or "nothing stands in the way any more"


def _flip(flip: Flip) -> dict[str, Any]:
    return {**asdict(flip), "loses_approval": flip.loses_approval}


def _style(flip: Flip) -> str:
    return "bold red" if flip.now is Verdict.APPROVE else "yellow"


def _code(text: str) -> str:
    """*text* as code in a table cell: nothing in it is read as markup."""
    return "`" + plain(text).replace("`", "'").replace("|", "/") + "`"
