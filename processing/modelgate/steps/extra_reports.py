"""Reports that extra steps of the same execution wrote: named by the pipeline definition, not by the package."""

from collections.abc import Sequence

from modelgate.aws.objects import Bucket, StoredObject
from modelgate.contracts.arns import ExecutionArn
from modelgate.contracts.layout import extra_report_key
from modelgate.contracts.package import NamedArtifact
from modelgate.contracts.uris import S3Uri
from modelgate.errors import BindingError, InfrastructureError
from modelgate.reports.kinds import EXTRA
from modelgate.reports.strict_json import MAX_BYTES


def extra_reports(store: str, execution: ExecutionArn, names: Sequence[str]) -> tuple[NamedArtifact, ...]:
    """The report of each extra step, as an artifact named ``Extra.<name>``; nobody has declared a digest of it."""
    return tuple(
        NamedArtifact(name=f"{EXTRA}.{name}", uri=f"s3://{store}/{extra_report_key(execution.id, name)}", digest=None)
        for name in names
    )


def is_extra(artifact: str) -> bool:
    """Whether the artifact of that name came from an extra step."""
    return artifact.startswith(f"{EXTRA}.")


def read_extra(store: Bucket, named: NamedArtifact) -> StoredObject:
    """Read the newest version of the report.

    Raises:
        ContentError: it is too large.
        InfrastructureError: it is not there, although its step has succeeded; or S3 did not answer.
    """
    found = store.read(S3Uri.parse(named.uri).key, max_bytes=MAX_BYTES)
    if found is None:
        raise InfrastructureError(f"the extra step of {named.name} succeeded and left no {named.uri}; mend the step")
    return found


def read_extra_version(store: Bucket, uri: str, version_id: str) -> StoredObject:
    """Read the version that was judged.

    Raises:
        BindingError: it is gone.
        InfrastructureError: S3 did not answer.
    """
    found = store.read(S3Uri.parse(uri).key, max_bytes=MAX_BYTES, version_id=version_id)
    if found is None:
        raise BindingError(f"{uri} version {version_id} is gone; the evidence of a decision must stay")
    return found
