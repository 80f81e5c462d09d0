"""What a policy asks of a package and its files, before any number is looked at."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from modelgate.contracts.facts import BASELINES
from modelgate.contracts.layout import GENERATIVE
from modelgate.contracts.results import Result, Status
from modelgate.contracts.subject import Artifact, ArtifactState, Subject
from modelgate.policy.model import Policy

ARRIVED, MADE, PACKAGE = "evidence-arrived", "evidence-made", "package-status"
LOOKED_AT = "evaluation-judged"
_COMPLETED = "Completed"
_EVALUATION = f"Extra.{GENERATIVE}"


def evidence_results(subject: Subject, policy: Policy) -> list[Result]:
    """Only what is wrong or undecided; a package whose evidence is whole has no result here."""
    return [*package_results(subject), *_artifacts(subject), *_required(subject, policy), *_aged(subject, policy)]


def refused_for_size(most: int) -> Result:
    """The one result in the place of more than a record can hold."""
    problem = f"the reports give more results than a record of {most} bytes holds; report fewer groups"
    return _evidence("evidence-size", Status.FAIL, problem)


def package_results(subject: Subject) -> Iterator[Result]:
    """What is wrong with the package itself, whatever the policy."""
    if subject.package_status != _COMPLETED:
        # The registry may still finish its own validation; a failed one it will not.
        status = Status.FAIL if subject.package_status == "Failed" else Status.INCONCLUSIVE
        yield _evidence(PACKAGE, status, f"the registry says the package is {subject.package_status}")
    if not subject.containers:
        yield _evidence("model", Status.FAIL, "the package names no container, so there is no model to approve")
    for index, container in enumerate(subject.containers):
        if container.unpinned:
            problem = f"brings model data by {', '.join(container.unpinned)}, which the gate cannot pin"
            yield _evidence("model", Status.FAIL, f"container {index} {problem}; register one object by ModelDataUrl")
        if container.image is None:
            yield _evidence("model", Status.FAIL, f"container {index} names no image; register one by Image")
        by_digest = container.image_digest is not None or "@sha256:" in (container.image or "")
        if container.model_data_url is None and not by_digest:
            problem = "names neither model data nor an image by digest, so what was judged could change"
            yield _evidence("model", Status.FAIL, f"container {index} {problem}")


def overlooked(subject: Subject, policy: Policy, results: Sequence[Result]) -> Iterator[Result]:
    """A policy that judges a group's models by something else than their evaluation approves what nobody asked."""
    asks = any(check.report == _EVALUATION for check in policy.checks)
    finds = any(result.source is not None and result.source.artifact == _EVALUATION for result in results)
    if subject.group.evaluation is not None and not asks and not finds:
        sentence = (
            f"policy {policy.name} looks at nothing of the evaluation {subject.group.evaluation!a}; add checks with "
            f"report: {_EVALUATION}"
        )
        yield _evidence(LOOKED_AT, Status.INCONCLUSIVE, sentence)


def _artifacts(subject: Subject) -> Iterator[Result]:
    for artifact in subject.artifacts:
        if artifact.state is ArtifactState.NOT_ARRIVED:
            expected = f" with {artifact.content_digest}" if artifact.content_digest else ""
            instead = f"; {artifact.problem}" if artifact.problem else ""
            sentence = f"evidence has not arrived: {artifact.name} at {artifact.uri}{expected}{instead}"
            yield _evidence(ARRIVED, Status.INCONCLUSIVE, sentence)
        elif artifact.state is ArtifactState.REFUSED:
            yield _evidence("evidence-readable", Status.FAIL, f"{artifact.name} is refused: {artifact.problem}")


def _required(subject: Subject, policy: Policy) -> Iterator[Result]:
    reports = [artifact for artifact in subject.artifacts if artifact.is_report]
    for required in policy.evidence.required:
        if any(report.name == required or report.name.startswith(f"{required}.") for report in reports):
            continue
        asked = f"{required}, which policy {policy.name} requires"
        if required.startswith("Extra."):
            yield _evidence(MADE, Status.MISSING, f"the pipeline of this group made no {asked}")
        else:
            yield _evidence("evidence-required", Status.MISSING, f"the package names no {asked}; register one")
    for report in reports:
        # What the pipeline's own steps wrote has no word of the team's to compare with.
        named = not report.name.startswith("Extra.")
        if named and policy.evidence.content_digest_required and report.content_digest is None:
            sentence = f"{report.name} was registered without ContentDigest, which policy {policy.name} requires"
            yield _evidence("evidence-digest", Status.FAIL, sentence)


def _aged(subject: Subject, policy: Policy) -> Iterator[Result]:
    days = policy.evidence.maximum_age_days
    if days is None:
        return
    oldest = datetime.fromisoformat(subject.as_of) - timedelta(days=days)
    for report in subject.artifacts:
        # A baseline is from an earlier model, so it may be older than any evidence on this one.
        aging = report.is_report and not report.name.startswith(BASELINES)
        if aging and report.state is ArtifactState.PINNED and _arrived(report) < oldest:
            since = f"arrived on {report.arrived_at}, more than {days} days before it was judged"
            yield _evidence("evidence-age", Status.FAIL, f"{report.name} {since}; evaluate the model again")


def _arrived(report: Artifact) -> datetime:
    """When it arrived; of one without a time, long ago."""
    text = report.arrived_at or "1970-01-01T00:00:00+00:00"
    return datetime.fromisoformat(text)


def _evidence(check: str, status: Status, sentence: str) -> Result:
    return Result(check=check, status=status, sentence=sentence)
