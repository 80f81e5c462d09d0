"""What a person reads of one result: what was asked, what was found, what to do."""

from modelgate.checks.assess import Assessment
from modelgate.checks.plan import Finding
from modelgate.contracts.facts import Value
from modelgate.contracts.results import Status


def sentence_of(finding: Finding) -> str:
    """The sentence of one finding."""
    return f"{finding.check.id}: {_found(finding)}{_compared(finding)}"


def _found(finding: Finding) -> str:
    what, found = finding.slot.what, finding.assessment
    if isinstance(found.number, Value):
        return _without_number(what, found)
    interval = found.interval
    shown = _shown(found)
    if interval is not None:
        shown += f" ({interval.confidence:.3g} interval [{interval.low:.6g}, {interval.high:.6g}])"
    if found.bound is None:
        return f"{what} = {shown}; {found.note}"
    must = f"{'' if found.status is Status.PASS else 'must be '}{found.bound}"
    return f"{what} = {shown}, {must}{f'; {found.note}' if found.note else ''}"


def _without_number(what: str, found: Assessment) -> str:
    value = found.number
    must = f"; must be {found.bound}" if found.bound is not None else f"; {found.note}" if found.note else ""
    if isinstance(value, Value) and value.infinite is None:
        return f"{what} could not be judged, {value.unknown}{must}"
    match found.status:
        case Status.PASS:
            return f"{what} is {value}, which the policy lets pass"
        case Status.INCONCLUSIVE:
            return f"{what} is {value}, which the policy leaves to people{must}"
        case _:
            return f"{what} is {value}, which no bound holds{must}"


def _shown(found: Assessment) -> str:
    """Six digits; where they would round a failing value onto its bound, all of them."""
    number = found.number
    if not isinstance(number, float):
        return str(number)
    short = f"{number:.6g}"
    if found.status is Status.FAIL and found.bound is not None and found.bound.holds(float(short)):
        return repr(number)
    return short


def _compared(finding: Finding) -> str:
    if finding.reference is None:
        return ""
    return f" (a change rule: {finding.against} had {finding.reference:.6g})"
