"""A subject against a policy: one result for each thing asked. Pure: the same in the step, on a laptop, and later."""

from collections.abc import Iterator

from modelgate.checks import CHECKS
from modelgate.contracts.results import Result, Status
from modelgate.contracts.strict import canonical, encode
from modelgate.contracts.subject import ArtifactState, Subject
from modelgate.errors import PolicyError
from modelgate.policy.model import Check, Policy

MAX_WRITTEN = 16_000_000  # bytes of all results in a record, which the next step must be able to read
_COMPLETED = "Completed"


def evaluate(subject: Subject, policy: Policy) -> tuple[Result, ...]:
    """Everything the policy asks, sorted; checks on numbers run only once all evidence has arrived."""
    evidence = [*_package(subject), *_artifacts(subject), *_required(subject, policy)]
    arrived = all(artifact.state is not ArtifactState.NOT_ARRIVED for artifact in subject.artifacts)
    checks = _bounded(r for check in policy.checks for r in _check(check, subject)) if arrived else []
    return tuple(sorted(evidence, key=_order)) + tuple(sorted(checks, key=_order))


def _bounded(results: Iterator[Result]) -> list[Result]:
    found, written = [], 0
    for result in results:
        written += len(canonical(encode(result)))
        if written > MAX_WRITTEN:
            problem = f"the reports give more results than a record of {MAX_WRITTEN} bytes holds; report fewer groups"
            return [_evidence("evidence-size", Status.FAIL, problem)]
        found.append(result)
    return found


def _check(check: Check, subject: Subject) -> Iterator[Result]:
    if check.kind not in CHECKS:
        raise PolicyError(f"check {check.id!r} is of the kind {check.kind!r}, which this code does not know")
    return CHECKS[check.kind](check, subject)


def _order(result: Result) -> tuple[str, str, str, str, str]:
    return (result.check, result.facet or "", result.facet_value or "", result.label or "", result.sentence)


def _package(subject: Subject) -> Iterator[Result]:
    if subject.package_status != _COMPLETED:
        # The registry may still finish its own validation; a failed one it will not.
        status = Status.FAIL if subject.package_status == "Failed" else Status.INCONCLUSIVE
        yield _evidence("package-status", status, f"the registry says the package is {subject.package_status}")
    if not subject.containers:
        yield _evidence("model", Status.FAIL, "the package names no container, so there is no model to approve")
    for index, container in enumerate(subject.containers):
        if container.unpinned:
            problem = f"brings model data by {', '.join(container.unpinned)}, which the gate cannot pin"
            yield _evidence("model", Status.FAIL, f"container {index} {problem}; register one object by ModelDataUrl")
        if container.image is None:
            yield _evidence("model", Status.FAIL, f"container {index} names no image; register one by Image")
        if container.model_data_url is None and container.image_digest is None:
            problem = "names neither model data nor an image by digest, so what was judged could change"
            yield _evidence("model", Status.FAIL, f"container {index} {problem}")


def _artifacts(subject: Subject) -> Iterator[Result]:
    for artifact in subject.artifacts:
        if artifact.state is ArtifactState.NOT_ARRIVED:
            expected = f" with {artifact.content_digest}" if artifact.content_digest else ""
            instead = f"; {artifact.problem}" if artifact.problem else ""
            sentence = f"evidence has not arrived: {artifact.name} at {artifact.uri}{expected}{instead}"
            yield _evidence("evidence-arrived", Status.INCONCLUSIVE, sentence)
        elif artifact.state is ArtifactState.REFUSED:
            yield _evidence("evidence-readable", Status.FAIL, f"{artifact.name} is refused: {artifact.problem}")


def _required(subject: Subject, policy: Policy) -> Iterator[Result]:
    reports = [artifact for artifact in subject.artifacts if artifact.is_report]
    for required in policy.evidence.required:
        if not any(report.name == required or report.name.startswith(f"{required}.") for report in reports):
            sentence = f"the package names no {required}, which policy {policy.name} requires; register one"
            yield _evidence("evidence-required", Status.MISSING, sentence)
    for report in reports:
        if policy.evidence.content_digest_required and report.content_digest is None:
            sentence = f"{report.name} was registered without ContentDigest, which policy {policy.name} requires"
            yield _evidence("evidence-digest", Status.FAIL, sentence)


def _evidence(check: str, status: Status, sentence: str) -> Result:
    return Result(check=check, status=status, sentence=sentence)
