"""``modelgate pack`` and ``modelgate replay``: what would have become of recorded decisions."""

from functools import cache
from pathlib import Path

import boto3
import pytest
from modelgate.contracts.layout import decision_key
from modelgate.evidence.envelope import seal
from modelgate.evidence.record import EvidenceRecord
from modelgate.policy.model import Bundle
from modelgate.replay.archive import pack
from moto import mock_aws

from tests.unit.checks.subjects import bundle, check
from tests.unit.cli.running import run
from tests.unit.replay.archive import archive
from tests.unit.signing_made_up import TestSigner

SIGNER = TestSigner()
LOOSE = bundle(check("model_quality", id="auc", metric="auc", low=0.7))
TIGHT = bundle(check("model_quality", id="auc", metric="auc", low=0.8))


@cache
def records() -> tuple[EvidenceRecord, ...]:
    """Decisions under the loose policy."""
    return tuple(archive(80, LOOSE))


def written(folder: Path, candidate: Bundle) -> Path:
    """The candidate as a bundle file."""
    path = folder / "candidate.json"
    path.write_bytes(candidate.to_json())
    return path


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """An archive on disk."""
    pack(tmp_path / "archive", records())
    return tmp_path / "archive"


def test_the_same_policy_flips_nothing_and_exits_with_0(packed: Path, tmp_path: Path) -> None:
    """A pull request that changes no verdict is green."""
    ran = run("replay", "--policy", written(tmp_path, LOOSE), "--archive", packed)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("80 decisions under bundle v1 (made-up v1): every verdict stays\n")


def test_flips_are_counted_listed_and_exit_with_1(packed: Path, tmp_path: Path) -> None:
    """A person sees what would be lost and why before it bites."""
    ran = run("replay", "--policy", written(tmp_path, TIGHT), "--archive", packed, "--most", "2")

    assert ran.code == 1
    assert "that were approved would be rejected" in ran.out
    assert "would lose approval" in ran.out
    assert "must be at least 0.8" in " ".join(ran.out.split())


def test_json_has_every_flip(packed: Path, tmp_path: Path) -> None:
    """Machines get all of it, whatever a table would show."""
    ran = run("replay", "--policy", written(tmp_path, TIGHT), "--archive", packed, "--json", "--most", "0")

    document = ran.document
    assert document["decisions"] == 80
    assert len(document["flips"]) == sum(entry["count"] for entry in document["flip_counts"])
    assert document["losing_approval"] == sum(flip["loses_approval"] for flip in document["flips"])
    assert {flip["now"] for flip in document["flips"]} == {"reject"}


def test_a_comment_for_a_pull_request_shows_names_as_code(packed: Path, tmp_path: Path) -> None:
    """What reports or teams call things is never read as markup."""
    ran = run("replay", "--policy", written(tmp_path, TIGHT), "--archive", packed, "--markdown")

    assert ran.out.startswith("### 80 decisions under bundle v1")
    row = next(line for line in ran.out.splitlines() if line.startswith("| `"))
    assert row.count("`") == 4


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--archive", "nowhere"], 1, "holds no packed decision; fetch them with modelgate pack"),
        (["--policy", "nowhere"], 2, "does not exist"),
        (["--near", "7"], 2, "less than or equal to 0.5"),
    ],
)
def test_wrong_words_end_in_a_sentence(tmp_path: Path, words: list[str], code: int, sentence: str) -> None:
    """No traceback, whatever is not there."""
    ran = run("replay", "--policy", written(tmp_path, LOOSE), *words)

    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert "Traceback" not in ran.err


def test_pack_fetches_what_the_archive_has_not(tmp_path: Path) -> None:
    """From the evidence store, in the order in which decisions were made; a second time nothing."""
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-west-1")
        s3.create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_bucket_versioning(Bucket="evidence", VersioningConfiguration={"Status": "Enabled"})
        for record in records()[:20]:
            group, version, execution = record.decision_id.split("/")
            s3.put_object(
                Bucket="evidence", Key=decision_key(group, int(version), execution), Body=seal(record, SIGNER)
            )
        place = ["--evidence-store", "evidence", "--region", "eu-west-1"]

        first = run("pack", tmp_path / "archive", *place, "--json")
        second = run("pack", tmp_path / "archive", *place, "--json")
        direct = run("replay", "--policy", written(tmp_path, TIGHT), "--from-store", *place, "--json")
    archived = run("replay", "--policy", written(tmp_path, TIGHT), "--archive", tmp_path / "archive", "--json")

    assert (first.document["added"], second.document["added"], second.document["had"]) == (20, 0, 20)
    assert direct.document == archived.document
