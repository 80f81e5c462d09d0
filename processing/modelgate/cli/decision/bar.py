"""A number beside its bound, drawn: the bound as a green band, the interval as a thin bar, the number as a dot."""

import math

from modelgate.contracts.results import Result

_WIDTH, _HEIGHT, _EDGE = 240, 22, 8  # pixels
_SPREAD = 0.25  # of what is shown, on each side of what must be seen


def bar(result: Result) -> str:
    """The drawing as SVG; nothing where there is no finite number or no bound."""
    bound = result.bound
    number = None if result.observed is None else result.observed.number
    if bound is None or number is None:
        return ""
    seen = [number, *(end for end in (bound.min, bound.max) if end is not None)]
    if result.interval is not None:
        seen += [result.interval.low, result.interval.high]
    low, high = min(seen), max(seen)
    room = (high - low or abs(high) or 1.0) * _SPREAD
    low, high = low - room, high + room
    if not math.isfinite(high - low):
        return ""  # the sentence says it; no line is long enough

    def at(value: float) -> float:
        return round(_EDGE + (value - low) / (high - low) * (_WIDTH - 2 * _EDGE), 1)

    left = _EDGE if bound.min is None else at(bound.min)
    right = _WIDTH - _EDGE if bound.max is None else at(bound.max)
    inside = bound.holds(number)
    middle = _HEIGHT / 2
    shapes = [
        f'<line x1="{_EDGE}" x2="{_WIDTH - _EDGE}" y1="{middle}" y2="{middle}" stroke="#d0d7de" stroke-width="2"/>',
        f'<rect x="{left}" y="{middle - 5}" width="{max(right - left, 1):.1f}" height="10" fill="#aceebb"/>',
    ]
    if result.interval is not None:
        ends = f'x1="{at(result.interval.low)}" x2="{at(result.interval.high)}"'
        shapes.append(f'<line {ends} y1="{middle}" y2="{middle}" stroke="#1f2328" stroke-width="2"/>')
    colour = "#1a7f37" if inside else "#c5221f"
    shapes.append(f'<circle cx="{at(number)}" cy="{middle}" r="5" fill="{colour}"/>')
    label = f"{result.observed}, {bound}"
    return (
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{label}">'
        f"<title>{label}</title>{''.join(shapes)}</svg>"
    )
