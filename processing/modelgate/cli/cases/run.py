"""Run policy tests: what a case expects against what the engine says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from modelgate.cli.cases.subjects import subject_of
from modelgate.contracts.results import Judgement, Result, Status
from modelgate.decide import judge
from modelgate.errors import ContentError, PolicyError
from modelgate.policy.cases import LoadedCase, load_cases
from modelgate.policy.model import Bundle

_WORST_FIRST = (Status.FAIL, Status.MISSING, Status.INCONCLUSIVE, Status.WAIVED, Status.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case: it holds when there are no *differences*, which are sentences.

    *judgement* is None when the case could not be judged at all.
    """

    name: str
    place: str
    case: LoadedCase
    judgement: Judgement | None
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the policies say what the case expects."""
        return not self.differences


def run_cases(path: Path, bundle: Bundle) -> list[CaseResult]:
    """Run the cases of *path* (a folder or a file) against *bundle*.

    Raises:
        PolicyError: a file of cases is wrong; the message holds every fault, one a line.
    """
    return [run_case(case, bundle) for case in load_cases(path)]


def run_case(loaded: LoadedCase, bundle: Bundle) -> CaseResult:
    """Judge one case by *bundle*, with the engine of the check step."""
    try:
        judgement = judge(subject_of(loaded, bundle), bundle)
    except (PolicyError, ContentError) as error:
        return _result(loaded, None, (f"the case cannot be judged: {error}",))
    return _result(loaded, judgement, tuple(_differences(loaded, judgement)))


def named(results: Sequence[Result], name: str) -> list[Result]:
    """The results that a case calls *name*: all of a check, or those of one slice."""
    check, _, rest = name.partition("[")
    part = rest.removesuffix("]")
    return [result for result in results if result.check == check and (not part or part in _parts(result))]


def worst(results: Sequence[Result]) -> Result:
    """The result of *results*, of which there is one at least, that stands most in the way."""
    return min(results, key=lambda result: _WORST_FIRST.index(result.status))


def _result(loaded: LoadedCase, judgement: Judgement | None, differences: tuple[str, ...]) -> CaseResult:
    return CaseResult(
        name=loaded.case.name, place=loaded.place, case=loaded, judgement=judgement, differences=differences
    )


def _parts(result: Result) -> set[str]:
    parts = {part for part in (result.facet, result.label) if part is not None}
    return parts | {f"{result.facet}={result.facet_value}"} if result.facet_value is not None else parts


def _differences(loaded: LoadedCase, judgement: Judgement) -> Iterator[str]:
    expected = loaded.case.expect
    if judgement.verdict is not expected.verdict:
        yield f"the verdict is {judgement.verdict}, not {expected.verdict}: {'; '.join(judgement.reasons)}"
    for name, status in expected.results.items():
        found = named(judgement.results, name)
        if not found:
            known = ", ".join(sorted({result.check for result in judgement.results})) or "none"
            yield f"{name} has no result, so it is not {status}; results: {known}"
        elif worst(found).status is not status:
            yield f"{name} is {worst(found).status}, not {status}: {worst(found).sentence}"
    said = " | ".join((*judgement.reasons, *(result.sentence for result in judgement.results)))
    for fragment in expected.reasons:
        if fragment not in said:
            yield f"nothing says {fragment!r}; the reasons: {'; '.join(judgement.reasons)}"
