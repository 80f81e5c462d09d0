"""The straight run: what a recorded decision pins, judged once in a world without faults."""

from typing import Any

from modelgate.contracts.arns import ModelPackageArn

from tests.stateful.s3 import Version
from tests.stateful.sagemaker import PENDING
from tests.stateful.world import EVIDENCE, STORE, World


def verdict_without_faults(world: World, record: dict[str, Any]) -> str:
    """Build a second world with just the input of *record*, judge there, and say how."""
    subject, binding = record["report"]["subject"], record["report"]["binding"]
    straight = World()
    straight.pin_policies(binding["policy_bundle_version"])
    straight.clock.moment = world.clock.moment
    arn = subject["package_arn"]
    straight.sagemaker.packages[arn] = {
        **world.registered[arn],
        "ModelApprovalStatus": PENDING,
        "CustomerMetadataProperties": {},
    }
    straight.sagemaker.statuses[arn] = [("producer", PENDING)]
    for artifact in subject["artifacts"]:
        if artifact.get("version_id") is None:
            continue
        key = artifact["stored_uri"].removeprefix(f"s3://{STORE}/")
        (version,) = [v for v in world.s3.buckets[STORE].keys[key] if v.id == artifact["version_id"]]
        _put(straight, STORE, key, version)
    for review in subject["reviews"]:
        key = review["uri"].removeprefix(f"s3://{EVIDENCE}/")
        _put(straight, EVIDENCE, key, world.s3.buckets[EVIDENCE].keys[key][-1])
    if "newest_bundle" in subject:
        key = f"bundles/{ModelPackageArn.parse(arn).group}/{subject['newest_bundle']:09d}.json"
        _put(straight, EVIDENCE, key, world.s3.buckets[EVIDENCE].keys[key][-1])
    straight.bus.clear()
    return straight.judge(arn)


def _put(straight: World, bucket: str, key: str, version: Version) -> None:
    straight.s3.buckets[bucket].keys.setdefault(key, []).append(version)
