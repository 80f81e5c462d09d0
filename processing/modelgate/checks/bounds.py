"""A value against a closed interval. Only a finite number inside it passes."""

from modelgate.contracts.facts import Fact, Value
from modelgate.contracts.results import Bound, Result, Source, Status
from modelgate.contracts.subject import Subject
from modelgate.policy.model import Check


def judge_value(check: Check, what: str, fact: Fact, subject: Subject) -> Result:
    """Judge the value of *fact*; *what* names it for a person."""
    return Result(
        check=check.id,
        status=Status.PASS if _holds(check.bound, fact.value) else Status.FAIL,
        facet=fact.facet,
        facet_value=fact.facet_value,
        label=fact.label,
        observed=fact.value,
        bound=check.bound,
        source=source_of(fact, subject),
        sentence=_sentence(check, what, fact),
    )


def missing(check: Check, sentence: str, *, facet: str | None = None, facet_value: str | None = None) -> Result:
    """The result of a check that met no value: a missing number never approves."""
    return Result(
        check=check.id,
        status=Status.MISSING,
        facet=facet,
        facet_value=facet_value,
        bound=check.bound,
        sentence=f"{check.id}: {sentence}",
    )


def listed(names: set[str], *, most: int = 12) -> str:
    """*names* for a sentence, sorted and cut."""
    if not names:
        return "none"
    shown = sorted(names)[:most]
    return ", ".join(ascii(name)[1:-1] for name in shown) + (" …" if len(names) > most else "")


def source_of(fact: Fact, subject: Subject) -> Source:
    """Where *fact* was read."""
    artifact = next(a for a in subject.artifacts if a.name == fact.artifact)
    return Source(
        artifact=artifact.name,
        uri=artifact.stored_uri or "",
        version_id=artifact.version_id or "",
        digest=artifact.digest or "",
        pointer=fact.pointer,
    )


def _holds(bound: Bound, value: Value) -> bool:
    return value.number is not None and bound.holds(value.number)


def _sentence(check: Check, what: str, fact: Fact) -> str:
    value, bound = fact.value, check.bound
    if value.unknown is not None:
        return f"{check.id}: {what} could not be judged, {value.unknown}; must be {bound}"
    if value.number is None:
        return f"{check.id}: {what} is {value}, which no bound holds; must be {bound}"
    if bound.holds(value.number):
        return f"{check.id}: {what} = {value}, {bound}"
    # Six digits can round a value onto its bound; then the sentence shows them all.
    shown = repr(value.number) if bound.holds(float(str(value))) else str(value)
    return f"{check.id}: {what} = {shown}, must be {bound}"
