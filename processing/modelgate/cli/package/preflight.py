"""Every fault of a registration, in the order of the request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelgate.cli.package.faults import Fault
from modelgate.cli.package.file_rules import address_of, bucket_fault, source_faults
from modelgate.cli.package.folder import PackageFolder
from modelgate.cli.package.named_files import NamedFile, named_files
from modelgate.cli.package.request_rules import request_faults
from modelgate.cli.package.upload_rules import Look, presence_faults
from modelgate.policy.model import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What is known beside the request; None where it is not.

    *bucket* is the team's, *policy* the one that will govern, *look* finds uploads.
    """

    bucket: str | None
    policy: Policy | None
    look: Look | None


def faults_of(folder: PackageFolder, expected: Expectations) -> Iterator[Fault]:
    """Everything that is wrong with the registration of *folder*.

    Raises:
        InfrastructureError: uploads were to be looked at, and S3 did not answer.
    """
    yield from request_faults(folder.registration)
    reports: list[str] = []
    for file in named_files(folder.registration):
        if isinstance(file, Fault):
            yield file
            continue
        if file.is_report:
            reports.append(file.artifact)
        yield from _file_faults(file, folder, expected)
    if expected.policy is not None:
        yield from _required(reports, expected.policy)


def _file_faults(file: NamedFile, folder: PackageFolder, expected: Expectations) -> Iterator[Fault]:
    uri = address_of(file)
    if isinstance(uri, Fault):
        yield uri
        return
    yield from bucket_fault(file, uri, expected.bucket)
    if file.is_report:
        needed = expected.policy is None or expected.policy.evidence.content_digest_required
        yield from source_faults(file, folder, uri, digest_needed=needed)
    yield from presence_faults(file, folder, uri, expected.look)


def _required(reports: list[str], policy: Policy) -> Iterator[Fault]:
    # A team cannot name what the pipeline makes.
    for required in (name for name in policy.evidence.required if not name.startswith("Extra.")):
        if not any(name == required or name.startswith(f"{required}.") for name in reports):
            problem = f"the request names no {required}, which policy {policy.name} requires"
            yield Fault(where=f"ModelMetrics.{required}", sentence=f"{problem}; add it, with its ContentDigest")


def metadata_of(registration: Mapping[str, Any]) -> Mapping[str, str]:
    """The metadata of a request, as far as it is metadata."""
    metadata = registration.get("CustomerMetadataProperties")
    if not isinstance(metadata, Mapping):
        return {}
    return {key: value for key, value in metadata.items() if isinstance(value, str)}
