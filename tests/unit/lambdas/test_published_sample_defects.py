"""Defects of the pattern's published sample that the functions must not have, by their number in the reference."""

import base64
import hashlib
import json
from itertools import pairwise
from typing import Any

import pytest
from modelgate.aws.content import MIB, Content, part_size
from modelgate.aws.copies import Source, Target, copy
from modelgate.contracts.messages import parse_message
from modelgate.contracts.uris import S3Uri
from modelgate.errors import MalformedMessageError

from lambdas.copy_artifacts.copier import COPIED, copy_artifact
from lambdas.start_approval.starter import ALREADY_STARTED, STARTED, WAITING
from tests.unit.lambdas.world import (
    GOVERNANCE,
    LENDING,
    LENDING_BUCKET,
    STORE,
    World,
    package_arn,
    registered_event,
    uploaded_event,
)

ARN = package_arn()


@pytest.mark.parametrize("field", ["ModelPackageArn", "ModelApprovalStatus", "CreationTime"])
def test_defect_13_an_event_without_a_field_starts_nothing(field: str) -> None:
    """The sample read the wrong level, put "Unknown" for what was missing, and started."""
    event = json.loads(registered_event(ARN))
    del event["detail"][field]

    with pytest.raises(MalformedMessageError, match=field):
        parse_message(json.dumps(event))


def test_defect_13_an_event_read_at_the_wrong_level_starts_nothing() -> None:
    """The fields stand in the detail; at the top they mean nothing."""
    event = json.loads(registered_event(ARN))
    event.update(event.pop("detail"))

    with pytest.raises(MalformedMessageError, match="detail"):
        parse_message(json.dumps(event))


def test_defect_13_the_bucket_parameter_is_a_bucket(world: World) -> None:
    """The sample passed an S3 address where a bucket name belongs."""
    world.sagemaker.register(ARN, model=f"s3://{LENDING_BUCKET}/m")
    world.arrive("m")

    world.starter().answer(parse_message(registered_event(ARN)))

    (started,) = world.sagemaker.started
    assert {"Name": "Bucket", "Value": STORE} in started["PipelineParameters"]


def test_defect_17_a_registration_before_its_artifacts_waits_for_them(world: World) -> None:
    """Copy and registration race; the sample judged whatever was there."""
    world.sagemaker.register(ARN, model=f"s3://{LENDING_BUCKET}/m", bias=f"s3://{LENDING_BUCKET}/bias.json")
    starter = world.starter()

    before = starter.answer(parse_message(registered_event(ARN)))
    (request,) = world.requests()
    world.arrive("m")
    world.arrive("bias.json")
    after = starter.answer(request)

    assert (before.action, after.action) == (WAITING, STARTED)
    assert len(world.sagemaker.started) == 1


def test_defect_18_a_multipart_upload_is_copied_too(world: World) -> None:
    """Large files never raise "Put"; the sample listened for nothing else."""
    version_id, _ = world.upload("model.tar.gz", b"weights")
    event = json.loads(uploaded_event(LENDING_BUCKET, "model.tar.gz", version_id, account=LENDING))
    event["detail"]["reason"] = "CompleteMultipartUpload"

    assert copy_artifact(world.copying_s3, world.gate, parse_message(json.dumps(event))).action == COPIED


class RecordingS3:
    """Takes the calls of a copy and keeps only ranges and order; it has no single-call copy at all."""

    def __init__(self) -> None:
        self.ranges: list[tuple[int, int]] = []
        self.completed: list[int] = []

    def create_multipart_upload(self, **_: Any) -> dict[str, str]:
        return {"UploadId": "u"}

    def upload_part_copy(self, **request: Any) -> dict[str, Any]:
        first, last = request["CopySourceRange"].removeprefix("bytes=").split("-")
        self.ranges.append((int(first), int(last)))
        return {"CopyPartResult": {"ETag": "e", "ChecksumSHA256": base64.b64encode(b"digest").decode()}}

    def complete_multipart_upload(self, **request: Any) -> dict[str, str]:
        self.completed = [part["PartNumber"] for part in request["MultipartUpload"]["Parts"]]
        composite = hashlib.sha256(b"digest" * len(self.completed)).digest()
        return {
            "VersionId": "v",
            "ChecksumSHA256": f"{base64.b64encode(composite).decode()}-{len(self.completed)}",
        }


def test_defect_18_an_object_above_five_gigabytes_is_copied_in_parts() -> None:
    """CopyObject stops at 5 GB; the parts cover every byte once, and are named in order."""
    size = 6 * 1024 * MIB + 1
    parts = -(-size // part_size(size))
    content = Content(size=size, etag='"e"', part_size=part_size(size), sha256=b"", parts=(b"digest",) * parts)
    source = Source(account=LENDING, uri=S3Uri.of(LENDING_BUCKET, "big"), version_id="v", sequencer="0A")
    s3: Any = RecordingS3()

    copy(s3, source, Target(account=GOVERNANCE, uri=S3Uri.of(STORE, "big")), content)

    ranges = sorted(s3.ranges)
    assert s3.completed == list(range(1, parts + 1))
    assert (ranges[0][0], ranges[-1][1]) == (0, size - 1)
    assert all(one[1] + 1 == other[0] for one, other in pairwise(ranges))


def test_defect_18_only_the_object_of_the_event_is_copied(world: World) -> None:
    """The sample copied the whole bucket each time."""
    world.upload("other.json", b"other")
    version_id, _ = world.upload("bias.json", b"bias")

    copy_artifact(
        world.copying_s3,
        world.gate,
        parse_message(uploaded_event(LENDING_BUCKET, "bias.json", version_id, account=LENDING)),
    )

    stored = world.s3.list_objects_v2(Bucket=STORE)["Contents"]
    assert [thing["Key"] for thing in stored] == [f"{LENDING}/{LENDING_BUCKET}/bias.json"]


def test_defect_19_the_same_event_twice_starts_one_execution(world: World) -> None:
    """Events come at least once; the sample had no request token."""
    world.sagemaker.register(ARN)
    starter, event = world.starter(), registered_event(ARN)

    actions = [starter.answer(parse_message(event)).action for _ in range(3)]

    assert actions == [STARTED, ALREADY_STARTED, ALREADY_STARTED]
    assert len(world.sagemaker.started) == 1


def test_defect_19_display_names_tell_executions_apart(world: World) -> None:
    """The sample gave every execution the same name."""
    starter = world.starter()
    for version in (1, 2):
        world.sagemaker.register(package_arn(version))
        starter.answer(parse_message(registered_event(package_arn(version))))

    names = [started["PipelineExecutionDisplayName"] for started in world.sagemaker.started]
    assert len(set(names)) == 2
    assert names[0].startswith("loan-approval-1-")
