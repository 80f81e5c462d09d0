"""Named metrics: of the model quality report, of any report, of slices, and the gap between slices."""

from collections.abc import Iterator, Mapping, Sequence

from modelgate.checks.facets import slices
from modelgate.checks.measures import difference, margin, ratio
from modelgate.checks.slots import Absence, Choice, Keys, Slot, grouped, listed, require_measure
from modelgate.contracts.facts import MODEL_QUALITY
from modelgate.policy.model import Check

QUALITY_REPORT = "ModelQuality.Statistics"
CONSTANT = "_best_constant_classifier"  # Model Monitor's suffix for the metrics of the best constant classifier

_GAPS = {"difference": difference, "ratio": ratio}
_WHOLE = ("value", "margin")


def select_model_quality(check: Check, keys: Keys) -> Iterator[Choice]:
    """Choose the metric, or its margin over the best constant classifier, wherever the quality report has it."""
    whole = [at for at in keys.of(MODEL_QUALITY) if keys[at].artifact == QUALITY_REPORT and keys[at].facet is None]
    yield from _whole(check, keys, whole, "model quality report")


def select_metric(check: Check, keys: Keys) -> Iterator[Choice]:
    """Choose a named metric of whatever report has it, in the slices asked for."""
    known = _of_report(check, keys)
    if check.facets is None:
        whole = [at for at in known if keys[at].facet is None]
        yield from _whole(check, keys, whole, check.report or "report with named metrics")
    else:
        yield from slices(check, keys, known, known, check.metric or "")


def select_gap(check: Check, keys: Keys) -> Iterator[Choice]:
    """Choose, for each facet asked for, the gap between its best and its worst value."""
    require_measure(check, *_GAPS)
    known = _of_report(check, keys)
    chosen: dict[tuple[str, str], list[int]] = {}
    for choice in slices(check, keys, known, known, check.metric or ""):
        if isinstance(choice, Absence):
            yield choice
        elif choice.at is not None and choice.facet is not None:
            chosen.setdefault((keys[choice.at].artifact, choice.facet), []).append(choice.at)
    for (_, facet), positions in chosen.items():
        yield _gap(check, keys, facet, positions)


def _gap(check: Check, keys: Keys, facet: str, positions: Sequence[int]) -> Choice:
    if len({keys[at].facet_value for at in positions}) < 2:
        sentence = f"{check.metric} is reported for one value of facet {facet!a} only; a gap needs two"
        return Absence(sentence=sentence, facet=facet)
    return Slot(
        what=f"{check.measure} of {check.metric} between values of {facet}",
        at=positions[0],
        parts=tuple(positions),
        measure=_GAPS[check.measure],
        facet=facet,
    )


def _of_report(check: Check, keys: Keys) -> list[int]:
    return [at for at in keys.of(MODEL_QUALITY) if check.report in (None, keys[at].artifact)]


def _whole(check: Check, keys: Keys, known: Sequence[int], where: str) -> Iterator[Choice]:
    require_measure(check, *_WHOLE)
    found = [at for at in known if keys[at].metric == check.metric]
    if not found:
        names = {keys[at].metric for at in known}
        has = f"the {where} has no metric {check.metric!r}; it has {listed(names)}"
        yield Absence(sentence=has if names else f"no {where} was read, so there is no {check.metric}")
    constants: Mapping[object, Sequence[int]] = {}
    if check.measure == "margin":
        name = f"{check.metric}{CONSTANT}"
        constants = grouped(keys, (at for at in known if keys[at].metric == name), lambda key: key.artifact)
    for at in found:
        key = keys[at]
        what = str(check.metric) if key.label is None else f"{check.metric} for {key.label}/{key.feature}"
        margin_of = constants.get(key.artifact, ())
        yield Slot(what=what, at=at) if check.measure == "value" else _margin(check, at, margin_of)


def _margin(check: Check, at: int, constant: Sequence[int]) -> Choice:
    name = f"{check.metric}{CONSTANT}"
    if len(constant) != 1:
        # Of two, the team could mean the lower one.
        has = f"has no {name!r}" if not constant else f"has {name!r} {len(constant)} times"
        do = "report it once, beside the metric"
        return Absence(sentence=f"the report {has} to compare {check.metric} with; {do}")
    what = f"{check.metric} over the best constant classifier"
    return Slot(what=what, at=at, parts=(at, constant[0]), measure=margin)
