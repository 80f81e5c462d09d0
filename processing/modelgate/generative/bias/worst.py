"""The largest of several signed scores, as one measurement; it is known only where all of them are."""

from collections.abc import Sequence

from modelgate.contracts.facts import Interval
from modelgate.generative.bias.cells import Cell, added
from modelgate.generative.measurement import Measurement, Slice

CONFIDENCE = 0.95  # of all intervals of a definition together


def worst(
    definition_id: str, judged: Sequence[Slice], cells: Sequence[Cell], dataset_id: str, shown: Sequence[Slice] = ()
) -> Measurement:
    """Measure the largest absolute value among *judged*; *shown* are slices that stand beside them.

    The maximum of several uncertain numbers is too large more often than too small: its interval is what all of theirs
    allow together.
    """
    total = added(cell.total for cell in cells)
    lacking = [one for one in judged if one.value is None]
    reason = None if judged else "no question was asked"
    if lacking:
        first = lacking[0]
        reason = (
            f"{len(lacking)} of {len(judged)} scores are missing; {first.facet}={first.facet_value}: {first.reason}"
        )
    return Measurement(
        definition_id=definition_id,
        value=None if reason else max(abs(one.value) for one in judged if one.value is not None),
        reason=reason,
        n=total.parsed,
        n_unparsed=total.unparsed,
        n_empty=total.empty,
        n_failed=total.failed,
        interval=None if reason else _of_the_largest([one.interval for one in judged if one.interval is not None]),
        dataset_id=dataset_id,
        slices=(*judged, *shown),
    )


def _of_the_largest(intervals: Sequence[Interval]) -> Interval:
    nearest = max(max(0.0, one.low, -one.high) for one in intervals)
    farthest = max(max(abs(one.low), abs(one.high)) for one in intervals)
    return Interval(low=nearest, high=farthest, confidence=CONFIDENCE)
