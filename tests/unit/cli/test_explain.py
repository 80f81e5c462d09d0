"""``explain``: one decision as a person would tell it."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from modelgate.contracts.layout import decision_key
from modelgate.contracts.review import ReviewVerdict

from tests.unit.cli.running import POLICIES, run
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, World

ARN = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1"


@pytest.fixture
def record(world: World, tmp_path: Path) -> Path:
    """The record of a rejected package, on disk."""
    world.run(world.register(reports={"quality.json": made_up.quality(auc=0.4)}))
    path = tmp_path / "record.json"
    path.write_bytes(world.envelope(ARN))
    return path


def test_a_rejection_says_why_and_what_to_do(record: Path) -> None:
    """Who, by which policy, why, what to change, on which evidence; what passed is counted, not listed."""
    ran = run("explain", ARN)

    assert ran.code == 0
    assert ran.out.startswith("loan-approval version 1 was rejected on ")
    assert f"package   {ARN}, registered 2026-11-23 06:00 UTC by team lending" in ran.out
    assert "policy    credit v1, bundle v1 (sha256:" in ran.out
    assert "fail: auc: auc = 0.4, must be within [0.7, 1]" in ran.out
    assert "do: improve the model" in ran.out
    assert "results of 7 checks passed; --all lists them" in ran.out
    assert (
        "ModelQuality.Statistics  s3://gate-artifacts/333333333333/lending-bucket/v1/quality.json  version " in ran.out
    )


def test_all_lists_every_result_and_whole_digests(record: Path) -> None:
    """The long form is for auditors."""
    short, long = run("explain", ARN).out, run("explain", ARN, "--all").out

    assert "disparate-impact" not in short
    assert "disparate-impact" in long
    assert "basis     sha256:" in long
    assert "signers   sha256:" in long
    assert "as given  sha256:" in long
    assert "…" not in long


def test_a_record_on_disk_is_told_without_aws(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy that judged is at hand only when it is given."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    alone = run("explain", record)
    with_policies = run("explain", record, "--policies", POLICIES)

    assert (alone.code, with_policies.code) == (0, 0)
    assert "do: mend what the check measures" in alone.out
    assert "do: improve the model" in with_policies.out


def test_the_address_in_a_description_is_followed(record: Path, world: World) -> None:
    """Every description ends in the address of its record."""
    address = world.told(ARN).rpartition("Evidence: ")[2]

    assert run("explain", address).out.startswith("loan-approval version 1 was rejected")


def test_the_newest_decision_is_told_and_the_others_are_named(world: World) -> None:
    """A package may be judged several times before it is decided."""
    arn = world.register(late=("explainability.json",))
    world.run(arn, "run1")
    world.upload("explainability.json", json.dumps(made_up.explainability()).encode())
    world.run(arn, "run2")

    document = run("explain", arn, "--json").document

    assert (document["decision_id"], document["outcome"]) == ("loan-approval/1/run2", "approved")
    assert document["other_decisions"] == ["loan-approval/1/run1"]


def test_a_review_and_its_reason_are_told(world: World) -> None:
    """Who said what, and that it decided."""
    world.pin_gate({"policy": "credit"}, risk_tier="high")
    arn = world.register()
    world.run(arn, "run1")
    world.review(arn, ReviewVerdict.APPROVE)
    world.run(arn, "run2")

    out = run("explain", arn).out

    assert "was approved on" in out
    assert "reviewed by AROA:ada: I have looked at it" in out
    assert "AROA:ada said approve on" in out


def test_a_shadow_verdict_and_a_conflict_are_called_what_they_are(world: World) -> None:
    """Neither became the package's status."""
    world.pin_gate({"policy": "credit"}, mode="shadow")
    world.run(world.register(), "run1")
    shadow = run("explain", ARN).out
    world.pin_gate({"policy": "credit"})
    arn = world.register(version=2)
    report = world.check(arn)
    world.registry.packages[arn]["ModelApprovalStatus"] = "Rejected"
    world.update(arn, report)
    conflict = run("explain", arn).out

    assert "would have been approved" in shadow
    assert "shadow mode" in shadow
    assert "somebody had made it Rejected already" in conflict


def test_the_document_has_the_documented_keys(record: Path) -> None:
    """The same ones from disk and from the store; facts are left to the record itself."""
    stored, on_disk = (run("explain", what, "--json").document for what in (ARN, record))

    assert sorted(stored) == sorted(on_disk)
    assert sorted(stored) == [
        "artifacts",
        "basis",
        "binding",
        "compared_with",
        "conflict",
        "containers",
        "decided_at",
        "decision_id",
        "group",
        "other_decisions",
        "outcome",
        "package_arn",
        "policy",
        "policy_version",
        "reasons",
        "record",
        "registration",
        "registry_status",
        "results",
        "review",
        "reviews",
        "verdict",
        "waivers",
    ]
    assert stored["record"]["digest"] == on_disk["record"]["digest"]


def rewritten(envelope: bytes, change: Callable[[Any], object]) -> bytes:
    """The envelope, with a *change* made to the record within it."""
    document = json.loads(envelope)
    statement = json.loads(base64.b64decode(document["payload"]))
    change(statement["predicate"])
    document["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
    return json.dumps(document).encode()


def test_names_in_a_record_cannot_command_the_terminal(record: Path) -> None:
    """Escape sequences are taken out, and markup is only text."""
    hostile = ["\x1b[2Jgone", "[bold]loud[/bold]", "[/]"]
    record.write_bytes(rewritten(record.read_bytes(), lambda it: it["report"]["judgement"].update(reasons=hostile)))

    out = run("explain", record).out

    assert "\x1b" not in out
    assert "[bold]loud[/bold]" in out


@pytest.mark.parametrize("size", [0, 1, 100, -1])
def test_a_cut_record_is_a_sentence(record: Path, size: int) -> None:
    """Empty, cut near the start, cut at the end."""
    record.write_bytes(record.read_bytes()[:-2] if size == -1 else record.read_bytes()[:size])

    ran = run("explain", record)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{record}: the signed record cannot be read")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"schema": "modelgate/decision/v1"}', b"\x00\xff", b"[" * 100_000])
def test_a_file_that_is_no_record_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    """Other JSON, an older schema, binary, and nesting without end."""
    (tmp_path / "x.json").write_bytes(content)

    ran = run("explain", tmp_path / "x.json")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1


def swap(found: Any) -> None:
    """Make the bound of one result one that is none."""
    bound = next(result["bound"] for result in found["report"]["judgement"]["results"] if "bound" in result)
    bound.update(min=0.7, max=0.1)


def test_a_record_with_impossible_values_is_a_sentence(record: Path, world: World) -> None:
    """A bound with its ends swapped: on disk, in the store, and in a list, which goes on."""
    impossible = rewritten(record.read_bytes(), swap)
    record.write_bytes(impossible)
    world.s3.put_object(Bucket=EVIDENCE, Key="decisions/loan-approval/1/run9.json", Body=impossible)

    on_disk, stored = run("explain", record), run("explain", ARN)

    assert (on_disk.code, stored.code) == (1, 1)
    assert "the lower one first" in on_disk.err
    assert "the lower one first" in stored.err
    assert run("decisions").code == 0


def test_a_package_without_a_decision_says_so(world: World) -> None:
    """Not judged yet is another thing than trouble."""
    ran = run("explain", world.register())

    assert ran.code == 1
    assert "there is no decision on" in ran.err


def test_a_forged_address_in_the_registry_is_never_followed(world: World) -> None:
    """A team could register metadata that names a record of its own making."""
    arn = world.register(metadata={"modelgate-evidence-uri": "s3://their-bucket/decisions/loan-approval/1/x.json"})
    world.run(arn)

    document = run("explain", arn, "--json").document

    assert document["record"]["place"] == f"s3://{EVIDENCE}/{decision_key('loan-approval', 1, 'run1')}"
