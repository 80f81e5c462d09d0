"""The note of what was approved before: read as written, and covering nothing that has changed since."""

from dataclasses import replace

import pytest
from modelgate.contracts.package import ModelPackage
from modelgate.errors import ContentError
from modelgate.evidence.adoption import Adoption, LegacyPackage

PACKAGE = ModelPackage.from_describe(
    {
        "ModelPackageArn": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/7",
        "CreationTime": "2026-05-04T12:00:00Z",
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": "Approved",
    }
)
LISTED = LegacyPackage(registration=PACKAGE.registration, creation_time=PACKAGE.creation_time)
ADOPTION = Adoption(group="loan-approval", adopted_at="2026-11-23T06:00:00+00:00", packages={"7": LISTED})


def test_it_is_read_as_it_was_written() -> None:
    """Empty or not."""
    for note in (ADOPTION, replace(ADOPTION, packages={})):
        assert Adoption.from_json(note.to_json()) == note


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"schema":"modelgate/adoption/v2"}', ADOPTION.to_json()[:-2] + b',"x":1}']
)
def test_anything_else_is_refused(data: bytes) -> None:
    """A note that cannot be read lists nothing, and says so."""
    with pytest.raises(ContentError):
        Adoption.from_json(data)


def test_it_covers_the_package_as_it_was() -> None:
    """The same version, created at the same time, with the same registration."""
    assert ADOPTION.covers(PACKAGE)


@pytest.mark.parametrize(
    "changed",
    [
        replace(PACKAGE, registration="sha256:" + "0" * 64),
        replace(PACKAGE, creation_time="2026-05-04T12:00:01+00:00"),
        replace(PACKAGE, arn=replace(PACKAGE.arn, version=8)),
        replace(PACKAGE, arn=replace(PACKAGE.arn, group="claims-triage")),
    ],
    ids=["edited", "created again", "another version", "another group"],
)
def test_it_covers_nothing_else(changed: ModelPackage) -> None:
    """What was edited or made since needs a decision like everything new."""
    assert not ADOPTION.covers(changed)
