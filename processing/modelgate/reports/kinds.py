"""Which reader reads which report: by its name in the package, an extra one by its sections."""

from collections.abc import Callable, Iterator

from modelgate.contracts.facts import BASELINES, Fact
from modelgate.errors import UnreadableReportError
from modelgate.reports.clarify_bias import SECTIONS, read_bias
from modelgate.reports.clarify_explainability import EXPLANATIONS, read_explainability
from modelgate.reports.constraints import (
    has_data_constraints,
    has_quality_constraints,
    read_data_constraints,
    read_quality_constraints,
)
from modelgate.reports.data_quality import read_data_quality
from modelgate.reports.model_quality import read_model_quality
from modelgate.reports.place import Place
from modelgate.reports.violations import LISTED, has_violations, read_violations

Reader = Callable[[str, Place], Iterator[Fact]]

EXTRA = "Extra"  # a report of a pipeline's own step is named Extra.<name>

_CLARIFY = {"Bias": tuple(SECTIONS.values()), "Explainability": (EXPLANATIONS,)}  # the sections a family must have
_STATISTICS: dict[str, Reader] = {"ModelQuality": read_model_quality, "ModelDataQuality": read_data_quality}
_DATA_QUALITY = ("dataset", "features")


def facts_of(artifact: str, report: Place) -> Iterator[Fact]:
    """Read *report*, which the package names *artifact*; a baseline is read like its counterpart among the reports.

    Raises:
        UnreadableReportError: it is not a report of that kind, or no report has that name.
    """
    family, _, member = artifact.removeprefix(BASELINES).partition(".")
    if family == EXTRA:
        return _extra(artifact, report)
    if family not in _CLARIFY and family not in _STATISTICS:
        raise UnreadableReportError(f"no report of a package is named {artifact[:64]!a}")
    if member == "ConfigFile":
        return iter(())  # it says how a job was run, and measures nothing
    if member.endswith("Constraints"):
        return _constraints(artifact, family, report)
    if family in _CLARIFY:
        return _clarify(artifact, family, report)
    return _STATISTICS[family](artifact, report)


def _constraints(artifact: str, family: str, report: Place) -> Iterator[Fact]:
    """Constraints, or what a monitor found against them: teams register either here, and a file may hold both."""
    own = _has_constraints(family, report)
    if has_violations(report):
        yield from read_violations(artifact, report)
        if not own:
            return
    if family in _CLARIFY:
        # Clarify has no form of its own for constraints: they are the analysis of an earlier model.
        yield from _clarify(artifact, family, report)
        return
    if not own:
        raise UnreadableReportError("it has neither constraints nor violations; is it a file of Model Monitor?")
    yield from (read_quality_constraints if family == "ModelQuality" else read_data_constraints)(artifact, report)


def _has_constraints(family: str, report: Place) -> bool:
    if family in _CLARIFY:
        return any(section in report.object() for section in _CLARIFY[family])
    return has_quality_constraints(report) if family == "ModelQuality" else has_data_constraints(report)


def _clarify(artifact: str, family: str, report: Place) -> Iterator[Fact]:
    """Clarify may write everything into one file, and a package may name that file several times."""
    expected = _CLARIFY[family]
    if not any(section in report.object() for section in expected):
        raise UnreadableReportError(f"it has none of the sections {', '.join(expected)}; is it a Clarify report?")
    yield from read_bias(artifact, report)
    yield from read_explainability(artifact, report)


def _extra(artifact: str, report: Place) -> Iterator[Fact]:
    """Such a report is what its sections say; what belongs to no other kind is model quality."""
    yield from read_bias(artifact, report)
    yield from read_explainability(artifact, report)
    if has_violations(report):
        yield from read_violations(artifact, report)
    taken = {*SECTIONS.values(), EXPLANATIONS, LISTED}
    if all(key in report.object() for key in _DATA_QUALITY):
        yield from read_data_quality(artifact, report)
        taken.update(_DATA_QUALITY)
    yield from read_model_quality(artifact, Place({k: v for k, v in report.data.items() if k not in taken}))
