"""Every file that a request names, with its place in the request; and members that the registry does not know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from modelgate.cli.package.faults import Fault, members
from modelgate.contracts.facts import BASELINES
from modelgate.contracts.package import BASELINE_MEMBERS, REPORT_MEMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFile:
    """A file that the request names.

    *artifact* is what the gate calls it, *source* its MetricsSource if it has one, *uri* whatever stands there.
    """

    where: str
    artifact: str
    uri: object
    source: Mapping[str, Any] | None = None

    @property
    def is_report(self) -> bool:
        """Whether the gate reads it."""
        return self.source is not None


def named_files(request: Mapping[str, Any]) -> Iterator[NamedFile | Fault]:
    """Model files, reports and baselines."""
    yield from _models(request)
    yield from _sources(request, "ModelMetrics", REPORT_MEMBERS, "")
    yield from _sources(request, "DriftCheckBaselines", BASELINE_MEMBERS, BASELINES)


def _models(request: Mapping[str, Any]) -> Iterator[NamedFile]:
    specification = request.get("InferenceSpecification")
    containers = specification.get("Containers") if isinstance(specification, Mapping) else None
    for index, container in enumerate(containers if isinstance(containers, list) else ()):
        where = f"InferenceSpecification.Containers[{index}]"
        if not isinstance(container, Mapping):
            continue
        if container.get("ModelDataUrl") is not None:
            yield NamedFile(where=f"{where}.ModelDataUrl", artifact=f"Model.{index}", uri=container["ModelDataUrl"])
        elif isinstance(source := container.get("ModelDataSource"), Mapping):
            uri = source["S3DataSource"].get("S3Uri") if isinstance(source.get("S3DataSource"), Mapping) else None
            place = f"{where}.ModelDataSource.S3DataSource.S3Uri"
            yield NamedFile(where=place, artifact=f"Model.{index}", uri=uri)


def _sources(
    request: Mapping[str, Any], where: str, known: tuple[tuple[str, str], ...], prefix: str
) -> Iterator[NamedFile | Fault]:
    names = {f"{family}.{member}" for family, member in known} | {family for family, _ in known}
    for family in members(request.get(where), where, "families of reports"):
        if isinstance(family, Fault):
            yield family
            continue
        for member in members(family[1], f"{where}.{family[0]}", "reports"):
            if isinstance(member, Fault):
                yield member
                continue
            name, place = f"{family[0]}.{member[0]}", f"{where}.{family[0]}.{member[0]}"
            if name not in names:
                close = get_close_matches(name, names, n=1)
                fix = f"did you mean {close[0]!r}?" if close else "remove it"
                yield Fault(where=place, sentence=f"the registry has no such member; {fix}")
            elif not isinstance(member[1], Mapping):
                yield Fault(where=place, sentence="it must be an object with ContentType, S3Uri and ContentDigest")
            else:
                source: Mapping[str, Any] = member[1]
                yield NamedFile(where=place, artifact=f"{prefix}{name}", uri=source.get("S3Uri"), source=source)
