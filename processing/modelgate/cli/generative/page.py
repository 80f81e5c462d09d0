"""The numbers of an evaluation as one HTML file: each drawn with its interval, its slices below it.

Nothing in it is loaded from elsewhere, and every text is escaped: the file can be mailed and archived.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from modelgate.cli.decision.page import STYLE
from modelgate.cli.printing import plain

_WIDTH, _HEIGHT, _EDGE = 240, 18, 6  # pixels


def page(metrics: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """The whole file."""
    title = f"{about['target']} by evaluation {about['name']} version {about['version']}"
    usage = about["usage"]
    told = (
        f"{usage['calls']} calls, {usage['failed']} failed; {usage['input_tokens']} tokens read, "
        f"{usage['output_tokens']} written; scorer {about['scorer']}, judge {about['judge']}; "
        f"answers {about['collection_digest']}"
    )
    body = [f"<h1>{_text(title)}</h1>", f"<p>{_text(told)}</p>"]
    for name, metric in metrics.items():
        body += _metric(name, metric)
    body.append("<h2>Data</h2><table>")
    for one in about["datasets"]:
        body.append(_row(one["concern"], one["id"], f"{one['prompts']} prompts", one["licence"]))
    body.append("</table>")
    head = f'<meta charset="utf-8"><title>{_text(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n{chr(10).join(body)}\n</body></html>\n'


def _metric(name: str, metric: Mapping[str, Any]) -> Iterator[str]:
    rows = [("all", metric)]
    for facet, values in (metric["slices"] or {}).items():
        rows += [(f"{facet}={value}", one) for value, one in values.items()]
    ends = [end for _, one in rows for end in _ends(one)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    left = f"{metric['n_unparsed']} unparsed, {metric['n_empty']} empty, {metric['n_failed']} failed"
    yield f'<h2>{_text(name)}</h2><p class="todo">{_text(metric["dataset_id"])}; left out: {left}</p><table>'
    for label, one in rows:
        said = f"{one['value']:.4g}" if one["value"] is not None else f"missing: {one['reason']}"
        yield _row(label, said, f"n {one['n']}", drawing=_drawing(one, low, high))
    yield "</table>"


def _ends(one: Mapping[str, Any]) -> Iterator[float]:
    if one["value"] is not None:
        yield one["value"]
    if one["interval"] is not None:
        yield from (one["interval"]["low"], one["interval"]["high"])


def _drawing(one: Mapping[str, Any], low: float, high: float) -> str:
    """The number as a dot, its interval as a line, 0 as a stroke, on one scale for all slices of a metric."""
    if one["value"] is None or not high > low:
        return ""

    def at(value: float) -> float:
        return round(_EDGE + (value - low) / (high - low) * (_WIDTH - 2 * _EDGE), 1)

    middle, zero = _HEIGHT / 2, at(0.0)
    shapes = [f'<line x1="{zero}" x2="{zero}" y1="2" y2="{_HEIGHT - 2}" stroke="#d0d7de" stroke-width="2"/>']
    if (interval := one["interval"]) is not None:
        ends = f'x1="{at(interval["low"])}" x2="{at(interval["high"])}"'
        shapes.append(f'<line {ends} y1="{middle}" y2="{middle}" stroke="#1f2328" stroke-width="2"/>')
    shapes.append(f'<circle cx="{at(one["value"])}" cy="{middle}" r="4" fill="#0969da"/>')
    return f'<svg width="{_WIDTH}" height="{_HEIGHT}" role="img">{"".join(shapes)}</svg>'


def _row(*texts: str, drawing: str = "") -> str:
    cells = [_text(text) for text in texts]
    if drawing:
        cells.insert(1, drawing)
    return f"<tr>{''.join(f'<td>{one}</td>' for one in cells)}</tr>"


def _text(text: str) -> str:
    return escape(plain(text))
