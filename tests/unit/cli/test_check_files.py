"""``check`` on files: the verdict that the gate will give, without AWS."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.running import POLICIES, Ran, run

_BESIDE_THE_REPOSITORY = Path(__file__).parents[4] / "shared" / "data"
REPORTS = Path(os.environ.get("MODELGATE_SHARED_DATA", _BESIDE_THE_REPOSITORY)) / "reports"
GROUP = ("--policies", POLICIES, "--group", "loan-approval", "--tag", "policy=credit")


def check(path: Path, *words: object) -> Ran:
    """Check *path* as a package of the group that the credit policy governs."""
    return run("check", path, *GROUP, *words)


def test_a_good_model_is_approved_from_the_names_of_its_files(loans: Path) -> None:
    """A folder without a registration: the files' names say what they are, and the output says so."""
    (loans / "good" / "package.json").unlink()

    ran = check(loans / "good")

    assert ran.code == 0
    assert ran.out.startswith("approve, by policy credit v1 of bundle v1")
    assert "bias.json is Bias.Report" in ran.out


def test_the_distance_to_each_end_is_shown(loans: Path) -> None:
    """In units of the metric and in percent of the bound's magnitude."""
    document = check(loans / "good", "--json").document
    (auc,) = (result for result in document["results"] if result["check"] == "auc")
    low, high = auc["distances"]

    assert (low["end"], low["at"], high["end"], high["at"]) == ("min", 0.7, "max", 1.0)
    assert low["room"] == pytest.approx(auc["observed"]["number"] - 0.7)
    assert low["percent"] == pytest.approx(100 * low["room"] / 0.7)
    assert high["room"] == pytest.approx(1.0 - auc["observed"]["number"])
    assert "min +0.1522 (+21.7 %)" in check(loans / "good").out


def test_an_end_at_zero_has_no_percentage(loans: Path) -> None:
    """Nothing is a percentage of 0."""
    document = check(loans / "good", "--json").document
    (share,) = (result for result in document["results"] if result["check"] == "protected-features")

    assert [distance["percent"] for distance in share["distances"]] == [None, pytest.approx(100)]


def test_a_biased_model_is_rejected_with_what_to_do(loans: Path) -> None:
    """Each failed check has its sentence and one advice; an infinite ratio has another."""
    ran = check(loans / "biased")

    assert ran.code == 1
    assert ran.out.startswith("reject")
    assert "fail: disparate-impact: DI for race=nonwhite = 0.00740982, must be within [0.8, 1.25]" in ran.out
    assert ran.out.count("do: compare how the model and its data treat race=nonwhite") == 4
    assert "do: the ratio had nothing to divide by: measure race=nonwhite on more rows" in ran.out
    assert "do: train without these features" in ran.out


def test_a_group_that_no_policy_governs_is_held(loans: Path) -> None:
    """As the gate would hold it."""
    ran = run("check", loans / "good", "--policies", POLICIES, "--group", "loan-approval")

    assert ran.code == 3
    assert "no policy governs group loan-approval" in ran.out


def test_the_document_has_the_documented_keys(loans: Path) -> None:
    """Every key is always there, so that scripts need not ask."""
    documents = [check(loans / variant, "--json").document for variant in ("good", "biased")]

    assert [sorted(document) for document in documents] == [
        sorted(
            [
                "artifacts",
                "as_of",
                "assumed",
                "basis",
                "bundle_version",
                "group",
                "package_arn",
                "policy",
                "policy_version",
                "reasons",
                "results",
                "review",
                "verdict",
                "waivers",
            ]
        )
    ] * 2
    keys = {tuple(sorted(result)) for document in documents for result in document["results"]}
    assert keys == {
        tuple(
            sorted(
                [
                    "advice",
                    "against",
                    "bound",
                    "check",
                    "distances",
                    "facet",
                    "facet_value",
                    "interval",
                    "label",
                    "observed",
                    "reference",
                    "sentence",
                    "severity",
                    "source",
                    "status",
                    "waiver",
                ]
            )
        )
    }
    assert [document["verdict"] for document in documents] == ["approve", "reject"]


def test_a_registration_is_followed_to_the_files(loans: Path) -> None:
    """The last part of an address names the file; group and digests come from the registration."""
    ran = run("check", loans / "good" / "package.json", "--policies", POLICIES, "--tag", "policy=credit", "--json")

    assert ran.code == 0
    assert ran.document["group"]["name"] == "loan-approval"
    assert {artifact["name"]: artifact["state"] for artifact in ran.document["artifacts"]} == {
        "Model.0": "pinned",
        "ModelQuality.Statistics": "pinned",
        "Bias.Report": "pinned",
        "Explainability.Report": "pinned",
    }


def test_a_file_that_was_changed_after_its_digest_was_registered_holds(loans: Path) -> None:
    """The gate would wait for the file that was registered."""
    with (loans / "good" / "bias.json").open("a") as file:
        file.write("\n")

    ran = check(loans / "good")

    assert ran.code == 3
    assert "evidence has not arrived: Bias.Report" in ran.out
    assert "do: upload the very file that was registered" in ran.out


def test_a_missing_file_holds_and_an_unreadable_one_rejects(loans: Path) -> None:
    """As in the store: what may still arrive holds, what is broken does not pass."""
    (loans / "good" / "explainability.json").unlink()
    held = check(loans / "good")
    (loans / "biased" / "package.json").unlink()
    (loans / "biased" / "bias.json").write_bytes(b"\x00\x01")
    rejected = check(loans / "biased")

    assert held.code == 3
    assert "has no explainability.json" in held.out
    assert rejected.code == 1
    assert "Bias.Report is refused: it is not JSON" in rejected.out


def test_same_names_in_folders_are_told_apart_by_more_of_the_address(tmp_path: Path, loans: Path) -> None:
    """Model Monitor calls every file statistics.json."""
    folder = tmp_path / "monitor"
    (folder / "quality").mkdir(parents=True)
    (folder / "data").mkdir()
    shutil.copy(loans / "good" / "quality.json", folder / "quality" / "statistics.json")
    (folder / "data" / "statistics.json").write_text('{"version": 0.0, "dataset": {"item_count": 7}, "features": []}')
    metrics = {
        "ModelQuality": {"Statistics": {"S3Uri": "s3://bucket/run/quality/statistics.json"}},
        "ModelDataQuality": {"Statistics": {"S3Uri": "s3://bucket/run/data/statistics.json"}},
    }
    (folder / "package.json").write_text(json.dumps({"ModelMetrics": metrics}))

    artifacts = check(folder, "--json").document["artifacts"]

    assert [artifact["stored_uri"] for artifact in artifacts] == [
        str(folder / "quality" / "statistics.json"),
        str(folder / "data" / "statistics.json"),
    ]


def test_one_analysis_file_of_clarify_is_what_its_sections_say(tmp_path: Path, loans: Path) -> None:
    """Clarify writes one file for bias and explanations."""
    folder = tmp_path / "clarify"
    folder.mkdir()
    parts = [json.loads((loans / "good" / name).read_text()) for name in ("bias.json", "explainability.json")]
    (folder / "analysis.json").write_text(json.dumps({**parts[0], **parts[1]}))
    shutil.copy(loans / "good" / "quality.json", folder)

    ran = check(folder, "--json")

    assert ran.code == 0
    assert {artifact["name"] for artifact in ran.document["artifacts"] if artifact["name"] != "Model.0"} == {
        "Bias.Report",
        "Explainability.Report",
        "ModelQuality.Statistics",
    }


def test_a_gate_document_says_all_about_the_group(loans: Path, tmp_path: Path) -> None:
    """Tags, tier and bucket come from it: a high tier leaves the word to people, a foreign bucket rejects."""
    gate: dict[str, Any] = {
        "schema": "modelgate/gate/v1",
        "artifact_store": "artifacts",
        "evidence_store": "evidence",
        "governance_account": "222222222222",
        "products": {"333333333333": {"name": "lending", "bucket": "modelgate-local-lending-333333333333"}},
        "groups": {
            "loan-approval": {
                "team": "lending",
                "account": "333333333333",
                "tags": {"policy": "credit"},
                "mode": "enforce",
                "risk_tier": "high",
            }
        },
    }
    document = tmp_path / "gate.json"
    document.write_text(json.dumps(gate))
    held = run("check", loans / "good", "--policies", POLICIES, "--gate", document)
    gate["products"]["333333333333"]["bucket"] = "another-bucket"
    document.write_text(json.dumps(gate))
    rejected = run("check", loans / "good", "--policies", POLICIES, "--gate", document)
    contradicting = run("check", loans / "good", "--policies", POLICIES, "--gate", document, "--tag", "a=b")
    unknown = run("check", loans / "good", "--policies", POLICIES, "--gate", document, "--group", "other")

    assert held.code == 3
    assert "a person decides: group loan-approval has the risk tier high" in held.out
    assert rejected.code == 1
    assert "lies outside lending's bucket 'another-bucket'" in rejected.out
    assert (contradicting.code, unknown.code) == (2, 2)
    assert "its groups: loan-approval" in unknown.err


def test_metadata_chooses_among_policies(loans: Path, tmp_path: Path) -> None:
    """What the team registers beside the model counts as it does in the gate."""
    policies = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    credit = (
        (policies / "credit.yaml")
        .read_text()
        .replace("    policy: credit\n", "    policy: credit\n  metadata: {kind: x}\n", 1)
    )
    (policies / "credit.yaml").write_text(credit)
    words = ("--policies", policies, "--group", "loan-approval", "--tag", "policy=credit")

    assert run("check", loans / "good", *words).code == 3
    assert run("check", loans / "good", *words, "--metadata", "kind=x").code == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x80\x81", "it is not UTF-8"),
        (b"[]", "its top level is not a JSON object"),
        (b'{"ModelMetrics": ["x"]}', "lacks a field"),
        (b'{"ModelMetrics": {"Bias": {"Report": {}}}}', "lacks a field"),
        (b'{"InferenceSpecification": 7}', "lacks a field"),
        (b'{"CustomerMetadataProperties": {"a": 7}}', "something else than an object with texts"),
        (b'{"ModelPackageArn": "arn:x/../1"}', "is not the ARN"),
        (b"{" * 100_000, "nests deeper"),
    ],
)
def test_a_registration_that_is_none_is_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    """Whatever the file holds, one line says what is wrong with it."""
    (tmp_path / "package.json").write_bytes(content)

    ran = check(tmp_path)

    assert (ran.code, ran.out) == (1, "")
    assert says in ran.err
    assert ran.err.count("\n") == 1


def test_a_folder_without_reports_says_which_names_are_known(tmp_path: Path) -> None:
    """Nobody has to guess."""
    ran = check(tmp_path)

    assert ran.code == 1
    assert "quality.json" in ran.err


def test_wrong_options_are_usage(loans: Path) -> None:
    """A tag that is none, an account that is none, and a group that nobody names."""
    assert run("check", loans / "good", *GROUP, "--tag", "x").code == 2
    assert run("check", loans / "good", *GROUP, "--account", "12").code == 2
    assert run("check", loans / "good", *GROUP, "--risk-tier", "extreme").code == 2
    (loans / "good" / "package.json").unlink()
    assert run("check", loans / "good", "--policies", POLICIES).code == 2


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the shared sample data is not here")
def test_every_real_report_leads_to_a_verdict(tmp_path: Path) -> None:
    """Reports of others, under the names that they would have: never a crash, always one of three verdicts."""
    codes = set()
    for number, report in enumerate(sorted(REPORTS.rglob("*.json"))[:60]):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name in ("quality.json", "bias.json", "data_quality.json"):
            shutil.copy(report, folder / name)
        ran = check(folder, "--json")
        codes.add(ran.code)

        assert ran.document["verdict"] in ("approve", "reject", "hold")

    assert codes == {1}
