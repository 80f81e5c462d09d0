"""A decision as one HTML file: the verdict, each number drawn beside its bound, what to do, and the evidence.

Nothing in it is loaded from elsewhere, and every name from a report is escaped: the file can be mailed and archived.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from modelgate.advice import advice
from modelgate.cli.decision.bar import bar
from modelgate.cli.decision.story import headline
from modelgate.cli.decision.told import Told
from modelgate.cli.printing import plain
from modelgate.contracts.results import Result, Status, Verdict
from modelgate.contracts.subject import Artifact
from modelgate.policy.model import Policy

_COLOURS = {Verdict.APPROVE: "#1a7f37", Verdict.REJECT: "#c5221f", Verdict.HOLD: "#9a6700"}
_MARKS = {Status.PASS: "pass", Status.WAIVED: "waived", Status.INCONCLUSIVE: "open"}
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328 }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem } code { font-size: .85em; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .35rem .6rem; vertical-align: top }
tr { border-top: 1px solid #d0d7de } .status { font-weight: 600 } .pass { color: #1a7f37 } .fail { color: #c5221f }
.open { color: #9a6700 } .waived { color: #8250df } .todo { color: #57606a } svg { display: block }
"""


def page(told: Told) -> str:
    """The whole file."""
    judgement, subject = told.record.judgement, told.record.subject
    title = headline(told)
    parts = [
        f'<h1 style="color: {_COLOURS[judgement.verdict]}">{_text(title)}</h1>',
        f"<p><code>{_text(subject.package_arn)}</code><br>{_text(_under(told))}</p>",
        *_section("Why", _results(judgement.results, told.policy)),
        *_section("Waivers", (f"<p>{_text(use.sentence)}</p>" for use in judgement.waivers)),
        *_section("Reviews", _reviews(told)),
        *_section("Evidence", _evidence(subject.artifacts)),
        f"<p>Record: <code>{_text(told.place)}</code> <code>{_text(told.digest)}</code></p>",
    ]
    head = f'<meta charset="utf-8"><title>{_text(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n{chr(10).join(parts)}\n</body></html>\n'


def _under(told: Told) -> str:
    judgement = told.record.judgement
    policy = f"policy {judgement.policy} v{judgement.policy_version}" if judgement.policy else "no single policy"
    return f"Judged by {policy}, decision {told.record.decision_id}, {told.record.decided_at}"


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"<h2>{title}</h2>"
        yield from found


def _results(results: Sequence[Result], policy: Policy | None) -> Iterator[str]:
    """What did not pass first, each check with what to do about it."""
    if not results:
        return
    ordered = sorted(results, key=lambda result: (result.status is Status.PASS, result.check))
    yield "<table><tr><th>check</th><th></th><th>number and bound</th><th></th></tr>"
    for _, group in groupby(ordered, key=lambda result: (result.check, result.status)):
        same = list(group)
        yield from map(_row, same)
        if todo := advice(same[0], policy):
            yield f'<tr><td></td><td colspan="3" class="todo">{_text(todo)}</td></tr>'
    yield "</table>"


def _row(result: Result) -> str:
    mark = _MARKS.get(result.status, "fail")
    status = result.status if mark != "open" else "inconclusive"
    cells = (
        _text(result.check),
        f'<span class="status {mark}">{status}</span>',
        bar(result),
        _text(result.sentence),
    )
    return f"<tr>{''.join(f'<td>{one}</td>' for one in cells)}</tr>"


def _reviews(told: Told) -> Iterator[str]:
    for review in told.record.subject.reviews:
        record = review.record
        yield f"<p>{_text(review.reviewer)}: {record.verdict}, {_text(record.reason)}</p>"


def _evidence(artifacts: Sequence[Artifact]) -> Iterator[str]:
    if not artifacts:
        return
    yield "<table>"
    for artifact in artifacts:
        where = artifact.stored_uri or artifact.uri
        pin = f"version {artifact.version_id} {artifact.digest}" if artifact.version_id else artifact.problem or ""
        yield (
            f"<tr><td>{_text(artifact.name)}</td><td>{artifact.state}</td>"
            f"<td><code>{_text(where)}</code><br><code>{_text(pin)}</code></td></tr>"
        )
    yield "</table>"


def _text(text: str) -> str:
    return escape(plain(text))
