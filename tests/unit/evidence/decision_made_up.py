"""One whole decision with everything it rests on, held in memory: made by the real steps, and free to be tampered with.

Version 2 is held for people, compared with the approved version 1, has a report of an extra step, is reviewed and
approved.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import boto3
from modelgate.aws.exhibits import StoredExhibits
from modelgate.aws.objects import Bucket
from modelgate.contracts.review import ReviewVerdict
from modelgate.evidence.envelope import Sealed, open_envelope
from modelgate.evidence.exhibits import Exhibit, exhibits_of
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.policy.model import Approval
from moto import mock_aws

from tests.unit.signing_made_up import TestSigner, signing_keys
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.policies_made_up import changed, no_worse
from tests.unit.steps.world import EVIDENCE, GOVERNANCE, STORE, World

Place = tuple[str | None, str, str | None]


@dataclass(frozen=True)
class Objects:
    """Objects by bucket, key and version. As a store: what is not there is gone."""

    held: dict[Place, bytes]
    complete: bool = True

    def chunks(self, exhibit: Exhibit) -> Iterator[bytes] | None:
        """In small pieces, so that nothing is read whole by accident."""
        body = self.held.get(place(exhibit))
        return None if body is None else (body[at : at + 1000] for at in range(0, len(body), 1000))

    def tampered(self, exhibit: Exhibit, body: bytes | None) -> "Objects":
        """The same with another *body* in the place of *exhibit*, or none."""
        held = {at: value for at, value in self.held.items() if at != place(exhibit)}
        return replace(self, held=held if body is None else {**held, place(exhibit): body})


def place(exhibit: Exhibit) -> Place:
    """Where *exhibit* lies."""
    return exhibit.bucket, exhibit.key, exhibit.version_id


@dataclass(frozen=True)
class Decision:
    """The envelope of version 2, what it rests on, and who signed."""

    envelope: bytes
    objects: Objects
    signer: TestSigner

    @property
    def sealed(self) -> Sealed:
        """The envelope, opened."""
        return open_envelope(self.envelope)

    @property
    def keys(self) -> SigningKeys:
        """Whose signatures count."""
        return signing_keys(self.signer)

    def exhibit(self, name: str) -> Exhibit:
        """What the record calls *name*."""
        return next(one for one in exhibits_of(self.sealed.record) if one.name == name)

    def body(self, name: str) -> bytes:
        """Its content."""
        return self.objects.held[place(self.exhibit(name))]


@cache
def whole_decision() -> Decision:
    """The decision; made once, because it takes a second."""
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id=GOVERNANCE, aws_secret_access_key="test")
        world = World(s3=s3)
        world.pin_policies(changed(checks=(no_worse(),), version=2))
        world.report("stress", json.dumps(made_up.quality(auc=0.81)).encode())
        world.run(world.register(version=1))
        world.pin_policies(changed(checks=(no_worse(),), version=3, approval=Approval.REVIEW))
        world.report("stress", json.dumps(made_up.quality(auc=0.82)).encode(), execution="run2")
        arn = world.register(version=2)
        world.run(arn, "run2")
        world.review(arn, ReviewVerdict.APPROVE, execution="run2")
        world.report("stress", json.dumps(made_up.quality(auc=0.82)).encode(), execution="run3")
        assert world.run(arn, "run3") == "Approved"
        envelope = world.envelope(arn, "run3")
        stores = StoredExhibits(
            evidence=Bucket(s3=s3, name=EVIDENCE, owner=None), artifacts=Bucket(s3=s3, name=STORE, owner=None)
        )
        held = {}
        for exhibit in exhibits_of(open_envelope(envelope).record):
            held[place(exhibit)] = b"".join(stores.chunks(exhibit) or ())
        return Decision(envelope=envelope, objects=Objects(held), signer=world.signer)
