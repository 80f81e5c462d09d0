"""``verify`` and ``export``: from a terminal, with the stores at hand or with one file."""

import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import pinned_copy_key
from modelgate.evidence.envelope import seal
from modelgate.evidence.record import Outcome
from modelgate.policy.bundle import build

from tests.unit.cli.running import POLICIES, Ran, run
from tests.unit.signing_made_up import TestSigner, signing_keys_document
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, STORE, World

KEY = "decisions/loan-approval/1/run1.json"


@pytest.fixture
def decided(world: World) -> str:
    """An approved package."""
    arn = world.register()
    assert world.run(arn) == "Approved"
    return arn


@pytest.fixture
def keys(world: World, tmp_path: Path) -> Path:
    """The auditor's own copy of the signing keys."""
    path = tmp_path / "signing-keys.json"
    path.write_bytes(signing_keys_document([world.signer]))
    return path


def differing(ran: Ran) -> list[str]:
    """What differs, by the JSON document."""
    return [one["what"] for one in ran.document["checked"] if one["state"] == "differs"]


def exported(arn: str, path: Path, *words: str) -> Path:
    """The archive of the decision on *arn*."""
    assert run("export", arn, "--to", path, *words).code == 0
    return path


def without_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any look at AWS ends the test."""

    def connect(*_: object) -> None:
        raise AssertionError("AWS was asked")

    monkeypatch.setattr("modelgate.aws.session._configured", connect)


def test_a_decision_is_proved_from_the_stores(decided: str, world: World) -> None:
    """With the keys stored beside the gate, whose fingerprint is to be compared."""
    ran = run("verify", decided)

    assert ran.code == 0
    assert "proved: all of it holds" in ran.out
    assert f"compare its fingerprint {world.signer.keyid} with the published one" in ran.out
    assert f"{decided} is registered as it was then, and is Approved" in " ".join(ran.out.split())


def test_with_own_keys_nothing_is_left_to_compare(decided: str, keys: Path) -> None:
    """The auditor has compared them already."""
    ran = run("verify", decided, "--keys", keys)

    assert (ran.code, "fingerprint" in ran.out) == (0, False)
    assert run("verify", decided, "--keys", keys, "--json").document["keys_from"] == "given"


def test_a_record_is_found_by_its_address_too(decided: str) -> None:
    """As explain finds it; the registry is not asked then."""
    ran = run("verify", f"s3://{EVIDENCE}/{KEY}", "--json")

    assert (ran.code, ran.document["state"]) == (0, "proved")
    assert "package" not in [one["what"] for one in ran.document["checked"]]


@pytest.mark.parametrize("where", ["stores", "keys"])
def test_a_decision_signed_by_another_key_is_not_proved(
    decided: str, world: World, keys: Path, tmp_path: Path, where: str
) -> None:
    """Whether the stored record or the auditor's copy is the one that does not fit."""
    stranger = TestSigner("stranger")
    if where == "stores":
        forged = seal(world.record(decided), stranger)
        world.s3.put_object(Bucket=EVIDENCE, Key=KEY, Body=forged)
    else:
        keys.write_bytes(signing_keys_document([stranger]))

    ran = run("verify", decided, "--keys", keys, "--json")

    assert (ran.code, ran.document["keyid"]) == (1, None)
    assert "signature" in differing(ran)


def test_a_report_that_is_gone_and_a_package_that_was_edited_are_named(decided: str, world: World) -> None:
    """Both by name, with what there is and what there should be."""
    (report,) = (a for a in world.record(decided).subject.artifacts if a.name == "Bias.PostTrainingReport")
    key = str(report.stored_uri).removeprefix(f"s3://{STORE}/")
    world.s3.delete_object(Bucket=STORE, Key=key, VersionId=str(report.version_id))
    world.registry.packages[decided]["SourceUri"] = "s3://elsewhere/model"

    ran = run("verify", decided, "--json")

    assert (ran.code, differing(ran)) == (1, ["report Bias.PostTrainingReport", "package"])


def test_a_decision_outlives_its_package(decided: str, world: World) -> None:
    """What was deleted from the registry was still decided."""
    del world.registry.packages[decided]

    assert run("verify", decided).code == 0


def test_what_is_not_there_is_said(world: World) -> None:
    """No decision, no file, no record."""
    arn = world.register()

    assert "there is no decision on" in run("verify", arn).err
    assert run("verify", arn).code == 1
    assert run("verify", f"s3://{EVIDENCE}/{KEY}").code == 1
    assert run("verify", "nowhere.tar").code == 2


def test_a_rejection_is_proved_like_an_approval(world: World) -> None:
    """The command tells whether a decision holds, not which one it is."""
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.4)})
    assert world.run(arn) == "Rejected"

    ran = run("verify", arn, "--json")

    assert (ran.code, ran.document["outcome"], ran.document["state"]) == (0, "rejected", "proved")


def test_a_report_that_was_refused_is_refused_again(world: World) -> None:
    """What could not be read then cannot be read now; that is part of the decision."""
    arn = world.register(reports={"quality.json": b'{"auc": NaN}'})
    assert world.run(arn) == "Rejected"

    ran = run("verify", arn, "--json")

    (report,) = (one for one in ran.document["checked"] if one["what"] == "report ModelQuality.Statistics")
    assert (ran.code, report["state"]) == (0, "proved")
    assert "it is refused again" in report["sentences"][-1]


def test_an_archive_is_verified_without_access(
    decided: str, world: World, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the keys that came with it, which is said; or by the auditor's own."""
    path = exported(decided, tmp_path / "decision.tar", "--with-models")
    without_aws(monkeypatch)

    by_itself, by_keys = run("verify", path), run("verify", path, "--keys", keys, "--json")

    assert (by_itself.code, by_keys.code) == (0, 0)
    assert f"the key is the one in this archive: compare its fingerprint {world.signer.keyid}" in by_itself.out
    assert {one["state"] for one in by_keys.document["checked"]} == {"proved"}


def test_an_archive_without_models_says_that_they_are_not_included(decided: str, tmp_path: Path) -> None:
    """The signed record names their digests."""
    ran = run("verify", exported(decided, tmp_path / "decision.tar"), "--json")

    assert ran.code == 0
    assert [one["what"] for one in ran.document["checked"] if one["state"] == "not_included"] == ["model Model.0"]


def test_an_archive_with_its_own_keys_and_record_is_given_away_by_the_auditors_keys(
    decided: str, world: World, keys: Path, tmp_path: Path
) -> None:
    """Somebody forges the whole archive, keys and all: it is consistent, and signed by a stranger."""
    stranger = TestSigner("stranger")
    world.pin_signing_keys(stranger)
    arn = world.register(version=2)
    world.run(arn, "run2")
    path = exported(arn, tmp_path / "forged.tar")

    by_itself, by_keys = run("verify", path), run("verify", path, "--keys", keys, "--json")

    assert by_itself.code == 0
    assert f"compare its fingerprint {stranger.keyid}" in by_itself.out
    assert (by_keys.code, differing(by_keys)) == (1, ["signature"])


def test_an_archive_whose_own_keys_are_none_is_a_fault_of_the_archive(
    decided: str, world: World, keys: Path, tmp_path: Path
) -> None:
    """Its reader has no governance root to apply; by the auditor's keys it is given away."""
    body, record = b"{}", world.record(decided)
    key = pinned_copy_key(digest := sha256_of(body))
    world.s3.put_object(Bucket=EVIDENCE, Key=key, Body=body)
    binding = replace(record.report.binding, signing_keys_digest=digest)
    forged = replace(record, report=replace(record.report, binding=binding))
    world.s3.put_object(Bucket=EVIDENCE, Key=KEY, Body=seal(forged, TestSigner("stranger")))
    path = exported(decided, tmp_path / "forged.tar")

    by_itself, by_keys = run("verify", path), run("verify", path, "--keys", keys, "--json")

    assert (by_itself.code, by_itself.out) == (1, "")
    assert "the signing keys within cannot be read" in by_itself.err
    assert "governance root" not in by_itself.err
    assert (by_keys.code, differing(by_keys)[0]) == (1, "signature")


def test_an_altered_archive_is_refused_with_its_name(decided: str, tmp_path: Path) -> None:
    """One bit of a report."""
    path = exported(decided, tmp_path / "decision.tar")
    with tarfile.open(path) as tar:
        offset = next(info.offset_data for info in tar if info.name.startswith("reports/"))
    data = bytearray(path.read_bytes())
    data[offset + 10] ^= 1
    path.write_bytes(data)

    ran = run("verify", path)

    assert (ran.code, ran.out) == (1, "")
    assert "has other bytes than its name says" in ran.err


def test_a_record_alone_says_what_could_not_be_checked(
    decided: str, world: World, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signature and, with the policies, judgement; exit 3 because the evidence was not seen."""
    path = tmp_path / "run1.json"
    path.write_bytes(world.envelope(decided))
    bundle = tmp_path / "bundle.json"
    bundle.write_bytes(build(POLICIES))
    without_aws(monkeypatch)

    alone, with_all = run("verify", path, "--json"), run("verify", path, "--keys", keys, "--policies", bundle, "--json")

    proved = {one["what"] for one in with_all.document["checked"] if one["state"] == "proved"}
    assert (alone.code, alone.document["keys_from"]) == (3, "nobody")
    assert (with_all.code, proved) == (3, {"signature", "record", "policy bundle", "judgement"})
    assert "what could be checked holds, but not all could" in run("verify", path, "--keys", keys).out


def test_policies_that_did_not_judge_are_refused(decided: str, world: World, tmp_path: Path) -> None:
    """A judgement under other policies would say nothing."""
    path = tmp_path / "run1.json"
    path.write_bytes(world.envelope(decided))
    other = tmp_path / "other.json"
    other.write_bytes(build(POLICIES).replace(b'"version":1', b'"version":9'))

    ran = run("verify", path, "--policies", other)

    assert ran.code == 1
    assert "but the decision was made under" in ran.err


def test_a_record_that_contradicts_itself_is_named(decided: str, world: World, keys: Path, tmp_path: Path) -> None:
    """Even signed, approved is not what its own checks say."""
    path = tmp_path / "run1.json"
    path.write_bytes(seal(replace(world.record(decided), outcome=Outcome.REJECTED), world.signer))

    ran = run("verify", path, "--keys", keys, "--json")

    assert (ran.code, differing(ran)) == (1, ["record"])


def test_keys_that_are_none_are_trouble(decided: str, tmp_path: Path) -> None:
    """Nothing was found out: neither proved nor forged."""
    path = tmp_path / "keys.json"
    path.write_text("{}")

    ran = run("verify", decided, "--keys", path)

    assert ran.code == 4
    assert str(path) in ran.err


def test_an_export_says_what_it_wrote_and_overwrites_nothing(decided: str, world: World, tmp_path: Path) -> None:
    """Its digest can be sent by another way."""
    path = tmp_path / "decision.tar"

    document = run("export", decided, "--to", path, "--json").document

    assert sorted(document) == ["archive", "decision_id", "digest", "files", "keyid", "size"]
    assert (document["keyid"], document["size"]) == (world.signer.keyid, path.stat().st_size)
    assert run("export", decided, "--to", path).code == 2
    assert [one.name for one in tmp_path.iterdir()] == ["decision.tar"]


def test_an_export_that_fails_leaves_nothing(decided: str, world: World, tmp_path: Path) -> None:
    """Evidence is gone: the archive would not be whole."""
    pinned = world.record(decided).report.binding.policy_digest.removeprefix("sha256:")
    world.s3.put_object(Bucket=EVIDENCE, Key=f"pinned/{pinned}.json", Body=b"{}")

    ran = run("export", decided, "--to", tmp_path / "decision.tar")

    assert ran.code == 1
    assert "modelgate verify says what was altered" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_forged_record_is_exported_as_what_it_is(decided: str, world: World, tmp_path: Path) -> None:
    """It is evidence of something else."""
    world.s3.put_object(Bucket=EVIDENCE, Key=KEY, Body=seal(world.record(decided), TestSigner("stranger")))

    ran = run("export", decided, "--to", tmp_path / "decision.tar")

    assert ran.code == 0
    assert "no key stored with the gate has signed the record" in ran.out
    assert run("verify", tmp_path / "decision.tar").code == 1
