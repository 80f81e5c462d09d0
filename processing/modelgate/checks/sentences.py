"""What a person reads of one result: what was asked, what was found, what to do."""

from collections.abc import Sequence

from modelgate.checks.assess import Assessment
from modelgate.checks.plan import Finding
from modelgate.contracts.facts import Value
from modelgate.contracts.results import Bound, Status


def sentence_of(finding: Finding) -> str:
    """The sentence of one finding."""
    return f"{finding.check.id}: {_found(finding)}{_compared(finding)}"


def _found(finding: Finding) -> str:
    what, found = finding.slot.what, finding.assessment
    if isinstance(found.number, Value):
        return _without_number(finding, found.number)
    interval = found.interval
    shown, bound = _shown(found)
    if interval is not None:
        shown += f" ({interval.confidence:.3g} interval [{interval.low:.6g}, {interval.high:.6g}])"
    note = f"; {found.note}" if found.note else ""
    if found.bound is None:
        return f"{what} = {shown}{note}"
    return f"{what} = {shown}, {'' if found.status is Status.PASS else 'must be '}{bound}{note}"


def _without_number(finding: Finding, value: Value) -> str:
    what, found = finding.slot.what, finding.assessment
    if finding.slot.excused is not None:
        return f"{what} is not judged, because {finding.slot.excused}, which the policy allows"
    must = f"; must be {found.bound}" if found.bound is not None else ""
    note = f"; {found.note}" if found.note else ""
    if value.infinite is None:
        return f"{what} could not be judged, {value.unknown}{must}{note}"
    match found.status:
        case Status.PASS:
            return f"{what} is {value}, which the policy lets pass"
        case Status.FAIL:
            return f"{what} is {value}, which no bound holds{must}"
        case _:
            return f"{what} is {value}{note or ', which the policy leaves to people'}{must}"


def _shown(found: Assessment) -> tuple[str, str]:
    """Number and bound in six digits; where these would make a failing value look good, in all of theirs."""
    number, bound = found.number, found.bound
    if not isinstance(number, float) or bound is None:
        return (f"{number:.6g}" if isinstance(number, float) else str(number)), str(bound)
    short, ends = f"{number:.6g}", [None if end is None else float(f"{end:g}") for end in (bound.min, bound.max)]
    if found.status is Status.PASS or bound.holds(number) or not _looks_held(float(short), ends):
        return short, str(bound)
    return repr(number), _in_full(bound)


def _looks_held(number: float, ends: Sequence[float | None]) -> bool:
    low, high = ends
    return (low is None or number >= low) and (high is None or number <= high)


def _in_full(bound: Bound) -> str:
    if bound.min is not None and bound.max is not None:
        return f"within [{_end(bound.min)}, {_end(bound.max)}]"
    return f"at least {_end(bound.min)}" if bound.min is not None else f"at most {_end(bound.max)}"


def _end(end: float | None) -> str:
    short = f"{end:g}"
    return short if float(short) == end else repr(end)


def _compared(finding: Finding) -> str:
    if finding.reference is None:
        return ""
    return f" (a change rule: {finding.against} had {finding.reference:.6g})"
