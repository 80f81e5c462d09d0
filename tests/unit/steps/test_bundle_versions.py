"""Versions of policy bundles only grow for a group, and a bundle can reach one group before the others."""

import json
from dataclasses import replace

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.results import Bound
from modelgate.decide import judge
from modelgate.errors import BindingError, PinError
from modelgate.policy.model import Bundle

from tests.unit.steps.policies_made_up import changed, check_of
from tests.unit.steps.world import EVIDENCE, STORE, World, shipped_policies

PENDING = "PendingManualApproval"
STRICT = replace(check_of("auc"), id="auc-strict", bound=Bound(min=0.95, max=1.0))


def note(world: World, version: int) -> dict[str, object]:
    """What the evidence store says of a bundle version of the group."""
    key = f"bundles/loan-approval/{version:09d}.json"
    found: dict[str, object] = json.loads(world.s3.get_object(Bucket=EVIDENCE, Key=key)["Body"].read())
    return found


def test_a_bundle_that_has_judged_a_group_is_noted_once(world: World) -> None:
    """With its digest; a second decision under it writes nothing."""
    world.run(world.register(version=1))
    world.run(world.register(version=2))

    assert note(world, 1) == {"schema": "modelgate/bundle-note/v1", "version": 1, "digest": world.policy_digest}
    assert len(world.s3.list_object_versions(Bucket=EVIDENCE, Prefix="bundles/")["Versions"]) == 1


def test_an_older_bundle_put_back_holds_with_the_way_out(world: World) -> None:
    """Fault 25: going back means publishing the old content as a new version."""
    world.pin_policies(changed(version=5))
    world.run(world.register(version=1))
    world.pin_policies(changed(version=4))
    arn = world.register(version=2)

    assert world.run(arn) == PENDING
    assert "has version 4, but loan-approval was judged by 5; publish the old content as a new version" in world.told(
        arn
    )
    assert world.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="bundles/")["KeyCount"] == 1


def test_a_version_that_stands_for_two_bundles_is_refused(world: World) -> None:
    """Whoever reads "version 2" in a record must find one policy under it."""
    world.pin_policies(changed(version=2))
    world.run(world.register(version=1))
    world.pin_policies(changed(version=2, checks=(STRICT,)))
    arn = world.register(version=2)
    report = world.check(arn)

    with pytest.raises(BindingError, match=r"calls itself version 2, .*; publish it as a new version"):
        world.update(arn, report)
    assert world.status(arn) == PENDING


def test_a_run_under_the_older_bundle_is_refused_once_a_newer_one_has_judged(world: World) -> None:
    """It was checked before the rollout and ends after it: judged again, it gets the newer bundle's verdict."""
    late = world.register(version=1)
    digest, report = world.policy_digest, world.check(late)
    world.pin_policies(changed(version=2))
    world.run(world.register(version=2))
    newer, world.policy_digest = world.policy_digest, digest

    with pytest.raises(BindingError, match="has been judged by bundle version 2 since this run used 1; have"):
        world.update(late, report)
    world.policy_digest = newer
    assert world.run(late, "run2") == "Approved"


def test_a_step_that_is_repeated_after_its_own_note_goes_on(world: World) -> None:
    """The note of the first attempt is not somebody else's newer bundle."""
    arn = world.register()
    report = world.check(arn)
    world.update(arn, report)

    assert world.update(arn, report).endswith("(written before)")


@pytest.mark.parametrize("newest", [None, 3], ids=["hides the newer one", "makes one up"])
def test_a_report_that_is_wrong_about_the_newest_bundle_is_refused(world: World, newest: int | None) -> None:
    """Either would change whether the bundle in force counts as old."""
    world.pin_policies(changed(version=2))
    world.run(world.register(version=1))
    world.pin_policies(shipped_policies())
    arn = world.register(version=2)
    report = world.check(arn)
    assert report.subject is not None
    subject = replace(report.subject, newest_bundle=newest)
    forged = replace(report, subject=subject, judgement=judge(subject, Bundle.from_json(shipped_policies())))

    with pytest.raises(BindingError, match=r"bundle"):
        world.update(arn, forged)
    assert world.status(arn) == PENDING


def test_a_group_with_the_next_bundle_is_judged_by_it(world: World) -> None:
    """Its digest comes from the gate document; record, metadata and the kept document name that bundle."""
    following = changed(version=2, checks=(STRICT,))
    world.pin_next_policies(following)
    arn = world.register()

    assert world.run(arn) == "Rejected"
    digest = sha256_of(following)
    assert world.record(arn).report.binding.policy_digest == digest
    assert world.record(arn).report.binding.policy_bundle_version == 2
    assert world.registry.packages[arn]["CustomerMetadataProperties"]["modelgate-policy-digest"] == digest
    assert world.s3.get_object(Bucket=EVIDENCE, Key=f"pinned/{digest[7:]}.json")["Body"].read() == following
    assert note(world, 2)["digest"] == digest


def test_a_group_goes_on_when_its_next_bundle_has_become_everybodys(world: World) -> None:
    """The rollout ends with the same bundle in the first place; the version note stays what it was."""
    following = changed(version=2)
    world.pin_next_policies(following)
    world.run(world.register(version=1))
    world.pin_policies(following)
    world.pin_gate({"policy": "credit"})

    assert world.run(world.register(version=2)) == "Approved"


def test_a_next_bundle_that_is_not_stored_stops_the_step(world: World) -> None:
    """It never falls back on the other one."""
    world.pin_gate({"policy": "credit"}, policy_digest="sha256:" + "d" * 64)
    arn = world.register()

    with pytest.raises(PinError, match=r"no version of s3://gate-artifacts/pinned/policy-bundle-next\.json"):
        world.check(arn)
    assert world.s3.list_objects_v2(Bucket=STORE, Prefix="pinned/policy-bundle-next")["KeyCount"] == 0
