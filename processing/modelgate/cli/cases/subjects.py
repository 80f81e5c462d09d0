"""A case as the check step would see it: files pinned in the store, read by the readers, with what is around them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from modelgate.cli.cases.reports import baselines_of, reports_of
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.facts import Fact
from modelgate.contracts.gate import Group
from modelgate.contracts.package import Container
from modelgate.contracts.subject import Artifact, ArtifactState, Prior, Subject
from modelgate.errors import UnreadableReportError
from modelgate.evaluate import history_facts
from modelgate.policy.cases import Case, GroupForm, LoadedCase, ReportForms
from modelgate.policy.matching import matching
from modelgate.policy.model import Bundle
from modelgate.reports.read import read_report

AS_OF = "2026-01-01"
_MODEL = b"a model"


def subject_of(loaded: LoadedCase, bundle: Bundle) -> Subject:
    """What is judged in *loaded*.

    Raises:
        PolicyError: a report is given twice, or a file cannot be read.
    """
    case = loaded.case
    group = _group(case.group or GroupForm.model_validate({}))
    as_of = f"{case.as_of or AS_OF}T12:00:00+00:00"
    files = {"Model.0": _MODEL, **_files(loaded, group)}
    read = [_read(_artifact(name, data, case, as_of), data) for name, data in files.items()]
    subject = Subject(
        package_arn=f"arn:aws:sagemaker:eu-west-1:222222222222:model-package/{group.name}/{_version(case)}",
        creation_time=as_of,
        registration="",
        package_status="Completed",
        group=group,
        containers=(
            Container(image="case", image_digest=None, model_data_url="s3://case/Model.0", model_data_etag=None),
        ),
        artifacts=tuple(artifact for artifact, _ in read),
        facts=tuple(fact for _, facts in read for fact in facts),
        as_of=as_of,
        metadata=case.metadata or {},
    )
    return replace(subject, history=tuple(_history(loaded, subject, bundle)))


def _files(loaded: LoadedCase, group: Group) -> Mapping[str, bytes]:
    beside = loaded.file.parent
    files = reports_of(loaded.case, group.problem_type, beside)
    if isinstance(loaded.case.baselines, ReportForms):
        files |= baselines_of(loaded.case.baselines, group.problem_type, beside)
    # Named and not there: what is in it does not matter, so a case need not give it.
    return dict.fromkeys(loaded.case.not_arrived or (), b"") | files


def _read(artifact: Artifact, data: bytes) -> tuple[Artifact, tuple[Fact, ...]]:
    if artifact.state is not ArtifactState.PINNED or not artifact.is_report:
        return artifact, ()
    try:
        return artifact, read_report(artifact.name, data)
    except UnreadableReportError as error:
        return replace(artifact, state=ArtifactState.REFUSED, problem=str(error)), ()


def _artifact(name: str, data: bytes, case: Case, as_of: str) -> Artifact:
    digest = sha256_of(data)
    arrived = name not in (case.not_arrived or ())
    # The morning of a day, so that what arrives on the day of the judgement was there before it.
    moment = f"{case.arrived}T06:00:00+00:00" if case.arrived else _before(as_of)
    return Artifact(
        name=name,
        uri=f"s3://case/{name}",
        content_digest=None if name in (case.without_digest or ()) or name.startswith("Model.") else digest,
        stored_uri=f"s3://store/case/{name}" if arrived else None,
        version_id="1" if arrived else None,
        digest=digest if arrived else None,
        size=len(data) if arrived else None,
        arrived_at=moment if arrived else None,
        state=ArtifactState.PINNED if arrived else ArtifactState.NOT_ARRIVED,
        problem=None,
    )


def _before(as_of: str) -> str:
    return (datetime.fromisoformat(as_of) - timedelta(hours=6)).isoformat()


def _history(loaded: LoadedCase, subject: Subject, bundle: Bundle) -> Iterator[Prior]:
    """Of approved versions the step keeps those facts that the governing policy compares with."""
    policies = matching(bundle, subject.group, subject.metadata)
    if len(policies) != 1:
        return
    for prior in sorted(loaded.case.history or (), key=lambda prior: prior.version, reverse=True):
        reports = reports_of(prior, subject.group.problem_type, loaded.file.parent)
        facts = [fact for name, data in reports.items() for fact in read_report(name, data)]
        yield Prior(
            version=prior.version,
            decision_id=f"{subject.group.name}/{prior.version}/case",
            record_digest=sha256_of(str(prior.version).encode()),
            facts=history_facts(policies[0], facts),
        )


def _version(case: Case) -> int:
    return max((prior.version for prior in case.history or ()), default=0) + 1


def _group(form: GroupForm) -> Group:
    return Group(
        name=form.name,
        team=form.team,
        account=form.account,
        tags=form.tags,
        mode=form.mode,
        risk_tier=form.risk_tier,
        problem_type=form.problem_type,
    )
