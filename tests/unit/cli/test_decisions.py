"""``decisions``: what was decided, newest first."""

import json
import shutil
from pathlib import Path

import pytest
from modelgate.aws.objects import Bucket
from modelgate.policy.bundle import build

from tests.unit.cli.running import POLICIES, run
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, World

FILTERS: dict[tuple[str, ...], set[int]] = {
    ("--outcome", "rejected"): {2},
    ("--outcome", "held"): {3},
    ("--policy", "credit"): {1, 2, 3},
    ("--policy", "other"): set(),
    ("--group", "loan-approval"): {1, 2, 3},
    ("--group", "loan"): set(),
    ("--since", "1d"): {1, 2, 3},
    ("--since", "2999-01-01"): set(),
    ("--waiver", "w"): set(),
    ("--unused-waivers",): set(),
}


@pytest.fixture
def decided(world: World) -> World:
    """Three packages: approved, rejected, held."""
    world.run(world.register(version=1))
    world.run(world.register(version=2, reports={"quality.json": made_up.quality(auc=0.4)}))
    world.run(world.register(version=3, late=("bias.json",)))
    return world


def ids(*words: str) -> list[str]:
    """The decisions that a call lists."""
    return [row["decision_id"] for row in run("decisions", *words, "--json").document["decisions"]]


def test_all_are_listed_newest_first(decided: World) -> None:
    """By the time they were recorded at."""
    ran = run("decisions")

    assert ran.code == 0
    assert set(ids()) == {f"loan-approval/{version}/run1" for version in (1, 2, 3)}
    recorded = [row["recorded_at"] for row in run("decisions", "--json").document["decisions"]]
    assert recorded == sorted(recorded, reverse=True)
    assert "auc: auc = 0.4, must be" in " ".join(ran.out.split())


def test_filters_narrow_the_list(decided: World) -> None:
    """Each asks for one thing."""
    found = {words: {int(one.split("/")[1]) for one in ids(*words)} for words in FILTERS}

    assert found == FILTERS


def test_no_more_is_read_than_is_asked_for(decided: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store with years of decisions must not be read through for the last few."""
    record = decided.envelope("arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1")
    for version in range(10, 40):
        decided.s3.put_object(Bucket=EVIDENCE, Key=f"decisions/loan-approval/{version}/run1.json", Body=record)
    reads: list[str] = []
    whole = Bucket.read

    def counted(self: Bucket, key: str, **options: int) -> object:
        reads.append(key)
        return whole(self, key, **options)

    monkeypatch.setattr(Bucket, "read", counted)

    document = run("decisions", "--limit", "2", "--json").document

    assert (len(document["decisions"]), document["more"]) == (2, True)
    assert len(reads) <= 12
    assert "there are more" in run("decisions", "--limit", "2").out


def test_waivers_are_found_by_name_and_by_being_unneeded(world: World, tmp_path: Path) -> None:
    """Unused exceptions are to be removed, so they must be seen."""
    policies = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    today = world.time.date()
    waiver = {
        "id": "auc-2026",
        "policy": "credit",
        "check": "auc",
        "group": "loan-approval",
        "team": "lending",
        "floor": 0.6,
        "reason": "r",
        "ticket": "T-1",
        "owner": "ada",
        "approver": "grace",
        "granted": today.isoformat(),
        "expires": today.isoformat(),
    }
    (policies / "waivers.yaml").write_text(json.dumps({"budgets": {"lending": 1}, "waivers": [waiver]}))
    world.pin_policies(build(policies))
    world.run(world.register(version=1))
    world.run(world.register(version=2, reports={"quality.json": made_up.quality(auc=0.65)}))

    assert set(ids("--waiver", "auc-2026")) == {"loan-approval/1/run1", "loan-approval/2/run1"}
    assert ids("--unused-waivers") == ["loan-approval/1/run1"]
    assert "(unused waivers: auc-2026)" in " ".join(run("decisions").out.split())


def test_a_record_that_cannot_be_read_is_shown_and_hides_no_other(decided: World) -> None:
    """The list goes on; the sentence goes to stderr."""
    decided.s3.put_object(Bucket=EVIDENCE, Key="decisions/loan-approval/7/run1.json", Body=b"{")

    ran = run("decisions")
    document = run("decisions", "--json").document

    assert ran.code == 0
    assert "decisions/loan-approval/7/run1.json cannot be read" in ran.err
    assert len(document["decisions"]) == 4
    assert [row["problem"] is None for row in document["decisions"]].count(False) == 1


def test_an_empty_store_says_so(world: World) -> None:
    """Nothing is no fault."""
    ran = run("decisions")

    assert (ran.code, ran.out) == (0, "no decision fits\n")
    assert run("decisions", "--json").document == {"decisions": [], "more": False}


def test_the_store_is_found_by_prefix_and_account(world: World) -> None:
    """As Terraform names it."""
    world.s3.create_bucket(Bucket="acme-evidence-222222222222")
    environment = {
        "MODELGATE_EVIDENCE_STORE": "",
        "MODELGATE_PREFIX": "acme",
        "MODELGATE_GOVERNANCE_ACCOUNT": "222222222222",
    }

    assert run("decisions", environment=environment).out == "no decision fits\n"
