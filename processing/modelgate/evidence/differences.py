"""What differs between a recorded judgement and the one that the evidence gives, in sentences."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from modelgate.contracts.facts import Fact
from modelgate.contracts.results import Judgement, Result

MOST = 20  # sentences; whoever has more differences has another decision


def fact_differences(recorded: Sequence[Fact], found: Sequence[Fact]) -> tuple[str, ...]:
    """How the facts of the record differ from those that the reports give."""
    if tuple(recorded) == tuple(found):
        return ()
    was, now = {_place(fact): fact for fact in recorded}, {_place(fact): fact for fact in found}
    said = [
        *(f"{_fact(was[at])} is not in the report" for at in was if at not in now),
        *(f"{_fact(now[at])} is in the report, and not in the record" for at in now if at not in was),
        *(
            f"{_fact(was[at])} differs: the report says {_said(now[at], was[at])}, the record {_said(was[at], now[at])}"
            for at in was
            if at in now and was[at] != now[at]
        ),
    ]
    return _most(said or ["the record has the facts of the reports in another order, or twice"])


def judgement_differences(recorded: Judgement, again: Judgement) -> tuple[str, ...]:
    """How the recorded judgement differs from the one made again."""
    return _most(list(_judgement(recorded, again)))


def _judgement(recorded: Judgement, again: Judgement) -> Iterator[str]:
    if recorded.verdict is not again.verdict:
        yield f"the verdict is {again.verdict}, recorded was {recorded.verdict}"
    was, now = _results(recorded.results), _results(again.results)
    for at, result in was.items():
        if at not in now:
            yield f"{_result(result)} was recorded as {result.status}, and there is no such result"
        elif now[at] != result:
            yield f"{_result(result)} is {_ended(now[at])}, recorded was {_ended(result)}"
    for at, result in now.items():
        if at not in was:
            yield f"{_result(result)} is {_ended(result)}, and was not recorded"
    for field in fields(Judgement):
        name = field.name
        if name not in ("verdict", "results") and getattr(recorded, name) != getattr(again, name):
            yield f"{name} is {_short(getattr(again, name))}, recorded was {_short(getattr(recorded, name))}"
    if not was.keys() ^ now.keys() and list(was) != list(now):
        yield "the results are in another order"


def _results(results: Sequence[Result]) -> Mapping[tuple[object, ...], Result]:
    """By what each is about; of several about the same, by their number."""
    found: dict[tuple[object, ...], Result] = {}
    numbers: Counter[tuple[object, ...]] = Counter()
    for result in results:
        about = (result.check, result.facet, result.facet_value, result.label, result.against)
        found[(*about, numbers[about])] = result
        numbers[about] += 1
    return found


def _result(result: Result) -> str:
    slices = [part for part in (result.facet, result.facet_value, result.label, result.against) if part is not None]
    return f"result {' '.join((result.check, *slices))!a}"


def _ended(result: Result) -> str:
    return f"{result.status} ({_short(result.sentence)})"


def _place(fact: Fact) -> tuple[str, str, str]:
    return fact.artifact, fact.pointer, fact.metric


def _fact(fact: Fact) -> str:
    return f"{fact.metric[:80]!a} at {fact.artifact}{fact.pointer[:160]}"


def _said(fact: Fact, other: Fact) -> str:
    """Those fields of *fact* that are not as in *other*."""
    names = [field.name for field in fields(Fact) if getattr(fact, field.name) != getattr(other, field.name)]
    return ", ".join(f"{name} {_short(getattr(fact, name))}" for name in names)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:199]}…"


def _most(said: list[str]) -> tuple[str, ...]:
    more = (f"and {len(said) - MOST} more",) if len(said) > MOST else ()
    return (*said[:MOST], *more)
