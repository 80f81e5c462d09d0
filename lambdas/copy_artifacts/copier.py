"""Pull one uploaded version into the artifact store, once."""

from typing import TYPE_CHECKING

from modelgate.aws.copies import Source, Target, copy, find_copy_of_version, read_content
from modelgate.contracts.gate import Gate
from modelgate.contracts.messages import ArtifactUploaded, Message
from modelgate.errors import MalformedMessageError

from lambdas.intake import Outcome

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

COPIED = "ArtifactCopied"
ALREADY_COPIED = "ArtifactAlreadyCopied"
SOURCE_GONE = "ArtifactSourceGone"


def copy_artifact(s3: "S3Client", gate: Gate, message: Message) -> Outcome:
    """Copy exactly the version of the event; a second delivery finds the copy and does nothing.

    Two deliveries at the same moment may both copy: two versions with the same bytes and the same source, which is
    one artifact to whoever reads them.

    Raises:
        ContentError: the event is none that this gate copies for.
        InfrastructureError: the copy could not be made or verified; nothing unverified is left.
    """
    event = _expected(gate, message)
    source = Source(
        account=event.account, uri=event.uri, version_id=event.version_id, sequencer=event.sequencer.upper()
    )
    target = Target(account=gate.governance_account, uri=gate.stored(event.account, event.uri))
    details = {"source": str(source.uri), "source_version_id": source.version_id, "target": str(target.uri)}

    if earlier := find_copy_of_version(s3, target, source.version_id):
        return Outcome(action=ALREADY_COPIED, details={**details, "version_id": earlier})
    content = read_content(s3, source)
    if content is None:
        return Outcome(action=SOURCE_GONE, details=details)
    if event.etag is not None and event.etag != content.etag.strip('"'):
        raise MalformedMessageError(
            f"event names ETag {event.etag!a} for {source.uri} version {source.version_id}, "
            f"which has {content.etag}; the event was not sent by S3"
        )
    copied = copy(s3, source, target, content)
    return Outcome(
        action=COPIED,
        details={**details, "version_id": copied.version_id, "sha256": copied.sha256, "bytes": copied.size},
    )


def _expected(gate: Gate, message: Message) -> ArtifactUploaded:
    if not isinstance(message, ArtifactUploaded):
        raise MalformedMessageError("only S3's 'Object Created' belongs on this queue; correct the rule that sent this")
    owner = gate.account_of_bucket(message.uri.bucket)
    if owner is None:
        raise MalformedMessageError(
            f"bucket {message.uri.bucket!a} belongs to no product; add the product to the governance values"
        )
    if owner != message.account:
        raise MalformedMessageError(
            f"event for bucket {message.uri.bucket!a} comes from account {message.account}, not from its owner {owner}"
        )
    return message
