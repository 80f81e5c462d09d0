"""``check ARN``: what the gate would say of a registered package now; it only reads."""

import json
import shutil
from pathlib import Path

from modelgate.policy.bundle import build

from tests.unit.cli.running import POLICIES, run
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, STORE, World


def everything(world: World) -> list[tuple[str, str, str]]:
    """Every version of every object in both stores."""
    return [
        (bucket, version["Key"], version["VersionId"])
        for bucket in (STORE, EVIDENCE)
        for version in world.s3.list_object_versions(Bucket=bucket).get("Versions", [])
    ]


def test_a_registered_package_is_judged_as_the_step_judges_it(world: World) -> None:
    """The same judgement as the step's, from the stores that the environment names; nothing is written."""
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.4)})
    before = everything(world)

    ran = run("check", arn, "--json")
    step = world.check(arn).judgement

    assert step is not None
    assert ran.code == 1
    assert (ran.document["verdict"], ran.document["reasons"]) == (step.verdict, list(step.reasons))
    assert ran.document["basis"] == step.basis
    assert everything(world) == before
    assert world.registry.writes == []


def test_candidate_policies_can_be_tried_on_it(world: World, tmp_path: Path) -> None:
    """A folder of policies takes the place of the bundle in force."""
    arn = world.register()
    policies = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    credit = policies / "credit.yaml"
    credit.write_text(credit.read_text().replace("min: 0.70", "min: 0.99"))

    assert run("check", arn).code == 0
    assert run("check", arn, "--policies", policies).code == 1


def test_a_group_with_the_next_bundle_is_judged_by_that_one(world: World, tmp_path: Path) -> None:
    """As the step does while a bundle is rolled out group by group."""
    policies = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    (policies / "bundle.yaml").write_text("version: 2\n")
    world.pin_next_policies(build(policies))

    assert run("check", world.register(), "--json").document["bundle_version"] == 2


def test_a_package_that_was_decided_is_judged_as_if_it_were_pending(world: World) -> None:
    """And the output says so."""
    arn = world.register()
    world.run(arn)

    ran = run("check", arn, "--json")

    assert ran.code == 0
    assert ran.document["assumed"] == ["the package were still pending; it is Approved"]


def test_what_does_not_exist_is_a_sentence(world: World) -> None:
    """A package that was never registered, a group that is not under the gate, a store that is none."""
    arn = world.register()
    unknown = run("check", arn.replace("/1", "/9"))
    world.registry.packages["arn:aws:sagemaker:eu-west-1:222222222222:model-package/other/1"] = {
        **world.registry.packages[arn],
        "ModelPackageArn": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/other/1",
    }
    ungated = run("check", "arn:aws:sagemaker:eu-west-1:222222222222:model-package/other/1")
    elsewhere = run("check", arn, "--artifact-store", "no-such-bucket")

    assert (unknown.code, ungated.code, elsewhere.code) == (1, 1, 4)
    assert "does not exist" in unknown.err
    assert "group other is not under the gate" in ungated.err
    assert "NoSuchBucket" in elsewhere.err
    assert {ran.out for ran in (unknown, ungated, elsewhere)} == {""}


def test_names_are_built_from_the_prefix_as_terraform_builds_them(world: World) -> None:
    """Without a store by name, prefix and account give it."""
    world.s3.create_bucket(Bucket="acme-artifacts-222222222222")
    environment = {"MODELGATE_ARTIFACT_STORE": "", "MODELGATE_PREFIX": "acme"}

    ran = run("check", world.register(), environment=environment)

    assert ran.code == 4
    assert "s3://acme-artifacts-222222222222/pinned/gate.json" in ran.err


def test_what_the_gate_document_says_is_not_said_by_options(world: World) -> None:
    """They would be ignored, which is worse than refused."""
    arn = world.register()

    for words in (("--tag", "a=b"), ("--group", "x"), ("--risk-tier", "low"), ("--metadata", "a=b")):
        ran = run("check", arn, *words)

        assert ran.code == 2
        assert words[0] in ran.err


def test_another_gate_document_can_be_tried(world: World, tmp_path: Path) -> None:
    """For instance one that raises the group's tier."""
    arn = world.register()
    gate = json.loads(world.s3.get_object(Bucket=STORE, Key="pinned/gate.json")["Body"].read())
    gate["groups"]["loan-approval"]["risk_tier"] = "high"
    (tmp_path / "gate.json").write_text(json.dumps(gate))

    assert run("check", arn, "--gate", tmp_path / "gate.json").code == 3


def test_a_shadow_group_is_said_to_be_one(world: World) -> None:
    """Otherwise a rejection there would frighten for nothing."""
    world.pin_gate({"policy": "credit"}, mode="shadow")

    ran = run("check", world.register())

    assert ran.code == 0
    assert "the group is in shadow mode" in ran.out
