"""The documents that a run pins speak of this store, this account and this group, or nothing is judged."""

import json
from typing import Any

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import GATE_KEY
from modelgate.errors import BindingError, PinError, PolicyError

from tests.unit.steps.world import STORE, World


def repin(world: World, change: dict[str, Any]) -> None:
    """Pin the gate document with *change* in it."""
    document = json.loads(world.s3.get_object(Bucket=STORE, Key=GATE_KEY)["Body"].read())
    body = json.dumps(document | change).encode()
    world.s3.put_object(Bucket=STORE, Key=GATE_KEY, Body=body)
    world.gate_digest = sha256_of(body)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"artifact_store": "other-store"}, "is about the artifact store 'other-store', not 'gate-artifacts'"),
        ({"governance_account": "555555555555"}, "is not in the governance account 555555555555"),
        ({"groups": {}}, "group loan-approval is not under the gate; add it to the values and apply"),
    ],
)
def test_a_gate_document_about_something_else_stops_both_steps(
    world: World, change: dict[str, Any], sentence: str
) -> None:
    """A pin proves which document it is; that it belongs to this run is looked at, too."""
    arn = world.register()
    report = world.check(arn)
    repin(world, change)

    with pytest.raises(BindingError, match=sentence):
        world.check(arn)
    with pytest.raises(BindingError, match=sentence):
        world.update(arn, report)


def test_a_digest_that_no_version_has_stops_the_step(world: World) -> None:
    """Whatever lies at the fixed key now, only the pinned bytes are read."""
    arn = world.register()
    world.policy_digest = "sha256:" + "0" * 64

    with pytest.raises(PinError, match="policy-bundle"):
        world.check(arn)


def test_a_bundle_that_cannot_be_read_stops_the_step(world: World) -> None:
    """Pinned, and yet no policy: the package stays pending."""
    arn = world.register()
    world.pin_policies(b"{}")

    with pytest.raises(PolicyError, match="build it again"):
        world.check(arn)
