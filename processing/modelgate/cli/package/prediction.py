"""The verdict predicted from files alone: nothing of it asks AWS."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from modelgate.cli.groups import NO_TEAM
from modelgate.cli.package.evidence import subject_of
from modelgate.cli.package.folder import GENERATIVE_FILE, PackageFolder
from modelgate.cli.package.registration import as_described
from modelgate.cli.predicted import Prediction, predict
from modelgate.contracts.gate import Gate, Group
from modelgate.contracts.layout import GENERATIVE
from modelgate.contracts.package import ModelPackage
from modelgate.errors import ContentError
from modelgate.evaluate import history_wanted
from modelgate.policy.matching import matching
from modelgate.policy.model import Bundle
from modelgate.reports.kinds import EXTRA


def predict_from_files(
    folder: PackageFolder,
    group: Group,
    bundle: Bundle,
    *,
    gate: Gate | None,
    metadata: Mapping[str, str],
    now: datetime,
) -> Prediction:
    """Judge *folder* as a package of *group*; *metadata* is added to what the registration has.

    Raises:
        ContentError: the registration cannot be read.
    """
    package = _described(folder, group, now)
    package = replace(package, metadata={**package.metadata, **metadata})
    subject = subject_of(folder, package, group, gate=gate, now=now)
    policies = matching(bundle, group, subject.metadata)
    looks_back = any(history_wanted(policy) for policy in policies)
    assumed = _assumed(folder, package, bundle, group, has_gate=gate is not None, looks_back=looks_back)
    return predict(subject, bundle, tuple(assumed))


def _described(folder: PackageFolder, group: Group, now: datetime) -> ModelPackage:
    try:
        return as_described(folder.registration, group.name, now)
    except ContentError as error:
        raise ContentError(f"{folder.manifest or folder.folder}: {error}") from error


def _assumed(
    folder: PackageFolder, package: ModelPackage, bundle: Bundle, group: Group, *, has_gate: bool, looks_back: bool
) -> Iterator[str]:
    """What the files cannot say, and the gate will know."""
    if (folder.folder / GENERATIVE_FILE).is_file():
        yield f"{GENERATIVE_FILE} is what the gate's own evaluation will find: {EXTRA}.{GENERATIVE}"
    if folder.manifest is None and package.reports:
        taken = ", ".join(f"{Path(report.uri).name} is {report.name}" for report in package.reports)
        yield f"by the names of the files, {taken}, each registered with its digest"
    if folder.manifest is not None and not has_gate:
        yield "every address lies in the team's bucket; preflight --bucket checks that"
    if package.model_data:
        yield "model files are uploaded; they are not looked at"
    if looks_back:
        yield "no version of the group has been approved: change rules treat this one as the first"
    if bundle.waivers and group.team == NO_TEAM:
        yield "no waiver applies, because --team is not given"
