"""What arrives on the queues: events of S3 and of the registry, and our own requests to look again.

An event is only a hint about what happened. Identity is taken from it (bucket, key and version; package ARN), the
state of things never: that is read from the service afterwards.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.layout import REVIEWS
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.contracts.uris import S3Uri
from modelgate.errors import InvalidArnError, InvalidUriError, MalformedMessageError, UnreadableJsonError

REQUEST_SCHEMA = "modelgate/approval-request/v1"
REVERT_SCHEMA = "modelgate/revert-request/v1"

_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_SEQUENCER = re.compile(r"[0-9A-Fa-f]{1,64}", re.ASCII)
# S3 user guide: at most 1,024 bytes, ready for a URL. "null" stands for whatever was written while versioning is off.
_VERSION_ID = re.compile(r"(?!null$)[!-~]{1,1024}", re.ASCII)
_REVIEW = re.compile(
    rf"{REVIEWS}(?P<group>[a-zA-Z0-9-]{{1,63}})/(?P<version>[1-9][0-9]{{0,8}})/(?P<execution>[a-zA-Z0-9]{{1,64}})"
    r"/(?P<reviewer>[^/]{1,256})\.json",
    re.ASCII,
)
_MAX_COUNT = 1_000_000
_LIMITS = Limits(size=1_048_576)  # SQS developer guide, message quotas
_MAX_CHANGE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactUploaded:
    """EventBridge "Object Created" of S3: one version of one object, in the bucket of *account*.

    *etag* is None when the event carries none.
    """

    account: str
    uri: S3Uri
    version_id: str
    etag: str | None
    sequencer: str

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "ArtifactUploaded":
        """Read the event.

        Raises:
            MalformedMessageError: a field is missing or wrong; an event without a version id cannot be pinned.
        """
        detail = _mapping(event, "detail")
        thing = _mapping(detail, "object", "detail.")
        try:
            uri = S3Uri.of(_text(_mapping(detail, "bucket", "detail."), "name"), _text(thing, "key"))
        except InvalidUriError as error:
            raise MalformedMessageError(f"event 'Object Created' is refused: {error}") from error
        return cls(
            account=_matching(event, "account", _ACCOUNT, "12 digits"),
            uri=uri,
            version_id=_matching(thing, "version-id", _VERSION_ID, "an object version (is the bucket versioned?)"),
            etag=_text(thing, "etag").strip('"') if thing.get("etag") is not None else None,
            sequencer=_matching(thing, "sequencer", _SEQUENCER, "hexadecimal digits"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewWritten:
    """A review of a held package has been written to the evidence store.

    *execution_id* is that of the held decision, *reviewer* the ``aws:userid`` that wrote it. *change* is the same for
    every delivery of the event.
    """

    group: str
    version: int
    execution_id: str
    reviewer: str
    change: str

    @classmethod
    def from_upload(cls, event: ArtifactUploaded) -> "ReviewWritten":
        """Read what the key says.

        Raises:
            MalformedMessageError: it is not the key of a review.
        """
        found = _REVIEW.fullmatch(event.uri.key)
        if found is None:
            expected = f"{REVIEWS}<group>/<version>/<execution id>/<reviewer>.json"
            raise MalformedMessageError(f"{ascii(event.uri.key)[:200]} is not the key of a review; expected {expected}")
        written = hashlib.sha256(f"{event.uri.key}\n{event.version_id}".encode()).hexdigest()
        return cls(
            group=found["group"],
            version=int(found["version"]),
            execution_id=found["execution"],
            reviewer=found["reviewer"],
            change=f"review {written[:16]}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRegistered:
    """The registry's "SageMaker Model Package State Change".

    *change* tells one change of a package from the next: the event's LastModifiedTime, or its CreationTime when the
    package was never modified. It is compared as text, never read as a time. *updated_fields* is empty on creation.
    """

    arn: ModelPackageArn
    approval_status: str
    change: str
    updated_fields: tuple[str, ...]

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "ModelRegistered":
        """Read the event.

        Raises:
            MalformedMessageError: a field is missing or wrong. Nothing is guessed.
        """
        detail = _mapping(event, "detail")
        fields = detail.get("UpdatedModelPackageFields") or []
        if not isinstance(fields, list) or not all(isinstance(field, str) for field in fields):
            raise MalformedMessageError("field 'UpdatedModelPackageFields' is not a list of names")
        moment = "LastModifiedTime" if detail.get("LastModifiedTime") is not None else "CreationTime"
        return cls(
            arn=_arn(detail, "ModelPackageArn"),
            approval_status=_text(detail, "ModelApprovalStatus"),
            change=_change(detail, moment),
            updated_fields=tuple(fields),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """Our own message: judge this package for this change.

    *attempt* counts looks for evidence, from 1. *deferred* counts how often the start was put off because too much
    was running. *waits* is false when an arrival of evidence sent it: it looks once and leaves the waiting to others.
    """

    arn: ModelPackageArn
    change: str
    attempt: int = 1
    deferred: int = 0
    waits: bool = True

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "ApprovalRequest":
        """Read the message; ``deferred`` and ``waits`` may be left out by whoever asks for a first look.

        Raises:
            MalformedMessageError: a field is missing, wrong or unknown.
        """
        known = {"schema", "model_package_arn", "change", "attempt", "deferred", "waits"}
        if unknown := sorted(document.keys() - known):
            raise MalformedMessageError(f"approval request has unknown fields {unknown!a}; remove them")
        waits = document.get("waits", True)
        if not isinstance(waits, bool):
            raise MalformedMessageError("field 'waits' is neither true nor false")
        return cls(
            arn=_arn(document, "model_package_arn"),
            change=_change(document, "change"),
            attempt=_count(document.get("attempt"), "attempt", at_least=1),
            deferred=_count(document.get("deferred", 0), "deferred", at_least=0),
            waits=waits,
        )

    @classmethod
    def reevaluation(cls, arn: ModelPackageArn, *, at: str, caller: str) -> "ApprovalRequest":
        """Ask for another run on behalf of *caller* (an ARN), whatever ran before; *at* (a time) tells two calls apart.

        Raises:
            MalformedMessageError: *at* and *caller* hold characters that a request cannot carry.
        """
        change = f"reevaluate {at} {caller}"
        return cls(arn=arn, change=_change({"change": change[:_MAX_CHANGE]}, "change"))

    def to_json(self) -> str:
        """The message's body, as `from_json` reads it."""
        document = {
            "schema": REQUEST_SCHEMA,
            "model_package_arn": str(self.arn),
            "change": self.change,
            "attempt": self.attempt,
            "deferred": self.deferred,
            "waits": self.waits,
        }
        return json.dumps(document, sort_keys=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertRequest:
    """Our own message: this package is approved without proof; run the pipeline, whose update step sets it back.

    Only a hint, like every message: the update step looks for the proof itself. *deferred* as in `ApprovalRequest`.
    """

    arn: ModelPackageArn
    change: str
    deferred: int = 0

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "RevertRequest":
        """Read the message; ``deferred`` may be left out.

        Raises:
            MalformedMessageError: a field is missing, wrong or unknown.
        """
        if unknown := sorted(document.keys() - {"schema", "model_package_arn", "change", "deferred"}):
            raise MalformedMessageError(f"revert request has unknown fields {unknown!a}; remove them")
        return cls(
            arn=_arn(document, "model_package_arn"),
            change=_change(document, "change"),
            deferred=_count(document.get("deferred", 0), "deferred", at_least=0),
        )

    def to_json(self) -> str:
        """The message's body, as `from_json` reads it."""
        document = {
            "schema": REVERT_SCHEMA,
            "model_package_arn": str(self.arn),
            "change": self.change,
            "deferred": self.deferred,
        }
        return json.dumps(document, sort_keys=True)


Request = ApprovalRequest | RevertRequest
Message = ArtifactUploaded | ModelRegistered | Request


def parse_message(body: str) -> Message:
    """Read one queue message.

    Raises:
        MalformedMessageError: not JSON, a key given twice, or a kind of message nobody here expects.
    """
    document = _load(body)
    if "schema" in document:
        return _request(document)
    match document.get("source"), document.get("detail-type"):
        case "aws.s3", "Object Created":
            return ArtifactUploaded.from_event(document)
        case "aws.sagemaker", "SageMaker Model Package State Change":
            return ModelRegistered.from_event(document)
    kind = ascii((document.get("source"), document.get("detail-type")))[:200]
    raise MalformedMessageError(f"{kind} is not a kind of event read here; correct the rule that sent it")


def _request(document: Mapping[str, Any]) -> Request:
    match document["schema"]:
        case schema if schema == REQUEST_SCHEMA:
            return ApprovalRequest.from_json(document)
        case schema if schema == REVERT_SCHEMA:
            return RevertRequest.from_json(document)
    expected = f"{REQUEST_SCHEMA!r} or {REVERT_SCHEMA!r}"
    raise MalformedMessageError(f"message has schema {document['schema']!a:.200}; expected {expected}")


def _load(body: str) -> Mapping[str, Any]:
    try:
        return read_object(body, _LIMITS)
    except UnreadableJsonError as error:
        raise MalformedMessageError(f"message cannot be read: {error}") from error


def _mapping(document: Mapping[str, Any], field: str, inside: str = "") -> Mapping[str, Any]:
    value = document.get(field)
    if not isinstance(value, dict):
        raise MalformedMessageError(f"field '{inside}{field}' is missing or not an object")
    return value


def _text(document: Mapping[str, Any], field: str) -> str:
    value = document.get(field)
    if not isinstance(value, str) or not value:
        raise MalformedMessageError(f"field {field!r} is missing or not a text")
    return value


def _matching(document: Mapping[str, Any], field: str, pattern: re.Pattern[str], expected: str) -> str:
    value = _text(document, field)
    if pattern.fullmatch(value) is None:
        raise MalformedMessageError(f"field {field!r} is {ascii(value)[:200]}; expected {expected}")
    return value


def _arn(document: Mapping[str, Any], field: str) -> ModelPackageArn:
    try:
        return ModelPackageArn.parse(document.get(field))
    except InvalidArnError as error:
        raise MalformedMessageError(f"field {field!r}: {error}") from error


def _change(document: Mapping[str, Any], field: str) -> str:
    # ISO text in the documentation, epoch milliseconds in real events.
    value = document.get(field)
    if isinstance(value, bool) or not isinstance(value, str | int) or not 0 < len(str(value)) <= _MAX_CHANGE:
        raise MalformedMessageError(f"field {field!r} is missing, or is neither a short text nor a whole number")
    if not str(value).isprintable() or not str(value).isascii():
        raise MalformedMessageError(f"field {field!r} holds characters that a time or version never has")
    return str(value)


def _count(value: object, field: str, *, at_least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not at_least <= value <= _MAX_COUNT:
        raise MalformedMessageError(f"field {field!r} is not a whole number from {at_least} to {_MAX_COUNT}")
    return value
