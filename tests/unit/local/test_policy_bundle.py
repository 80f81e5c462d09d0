"""The policies of the local environment: the shipped ones, unchanged, and what only this machine shows."""

import json
from datetime import date
from pathlib import Path

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.results import WaiverState
from modelgate.errors import PolicyError
from modelgate.generative.evaluation import Evaluations
from modelgate.policy.bundle import build as build_shipped
from modelgate.policy.model import Bundle

from deploy import policies
from deploy.paths import ROOT, workspace
from deploy.terraform import inputs
from deploy.terraform.inputs import policy_bundle
from local import policy_bundle as local_policies

DAY = date(2027, 3, 1)
WAIVERS = "budgets: {lending: 1}\nwaivers: []\n"


def bundle(day: date = DAY) -> Bundle:
    """The bundle as of *day*."""
    return Bundle.from_json(local_policies.build(day))


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A shipped folder with the shipped policies, and one of our own with nothing."""
    shipped, own = tmp_path / "policies", tmp_path / "local/policies"
    own.mkdir(parents=True)
    shipped.mkdir()
    for source in (ROOT / "policies").glob("*.yaml"):
        (shipped / source.name).write_bytes(source.read_bytes())
    for name, folder in (("ROOT", tmp_path), ("SHIPPED", shipped), ("OWN", own)):
        monkeypatch.setattr(local_policies, name, folder)
    return shipped, own


def test_every_shipped_policy_is_in_force_here_as_it_is() -> None:
    """What the demo shows of them is what a real account would do."""
    shipped = Bundle.from_json(build_shipped(ROOT / "policies"))
    found = bundle()

    assert [policy for policy in found.policies if policy in shipped.policies] == list(shipped.policies)
    assert found.version == shipped.version
    assert (shipped.waivers, shipped.budgets) == ((), {})


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2028, 2, 29), date(2031, 1, 1), date(2031, 12, 31)])
def test_one_waiver_is_in_force_and_one_has_expired_on_every_day(day: date) -> None:
    """The demo of next year still shows both."""
    found = bundle(day)
    standing = {
        waiver.id: WaiverState.EXPIRED if waiver.expires < day.isoformat() else WaiverState.USED
        for waiver in found.waivers
        if waiver.granted <= day.isoformat()
    }

    assert standing == {"thin-files-pilot": WaiverState.USED, "thin-files-first-pilot": WaiverState.EXPIRED}


def test_the_same_year_gives_the_same_bytes() -> None:
    """An instance that stays over midnight is judged by one bundle of one version."""
    assert local_policies.build(date(2027, 1, 1)) == local_policies.build(date(2027, 12, 31))
    assert local_policies.build(date(2028, 1, 1)) != local_policies.build(date(2027, 12, 31))


def test_waivers_of_both_folders_count(folders: tuple[Path, Path]) -> None:
    """Whoever tries a waiver in the shipped folder finds it in force, within its own budget."""
    shipped, own = folders
    text = (ROOT / "local/policies/waivers.yaml").read_text()
    (own / "waivers.yaml").write_text(text)
    mine = text.replace("thin-files", "mine").replace("THIS_YEAR", "2027").replace("LAST_YEAR", "2026")
    (shipped / "waivers.yaml").write_text(mine)

    found = bundle()

    assert {waiver.id for waiver in found.waivers} == {
        "mine-first-pilot",
        "mine-pilot",
        "thin-files-first-pilot",
        "thin-files-pilot",
    }
    assert found.budgets == {"lending": 2}


def test_a_fault_is_found_in_the_file_that_has_it(folders: tuple[Path, Path]) -> None:
    """Not in the copy that the bundle is built from."""
    shipped, own = folders
    (own / "mine.yaml").write_text("policy: mine\n")
    (shipped / "credit.yaml").write_text((shipped / "credit.yaml").read_text().replace("kind: bias", "kind: bia", 1))

    with pytest.raises(PolicyError) as caught:
        local_policies.build(DAY)

    said = str(caught.value).splitlines()
    assert {line.partition(":")[0] for line in said} == {"local/policies/mine.yaml", "policies/credit.yaml"}


def test_a_policy_of_ours_takes_no_shipped_ones_place(folders: tuple[Path, Path]) -> None:
    """The demo would show something else than what is shipped."""
    _, own = folders
    (own / "credit.yaml").write_text("policy: mine\n")

    with pytest.raises(PolicyError, match=r"local/policies/credit\.yaml: has the name of a shipped policy"):
        local_policies.build(DAY)


def test_each_environment_has_its_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make policies ENV=local` writes beside the instance, every other into build/."""
    assert policy_bundle("local") == workspace("local") / "policy-bundle.json"
    assert policy_bundle("dev") == policy_bundle("prod") == ROOT / "build/policy-bundle.json"
    for module in (policies, inputs):
        monkeypatch.setattr(module, "policy_bundle", lambda name: tmp_path / (name or "any") / "bundle.json")

    assert [policies.main(["local"]), policies.main(["dev"]), policies.main([])] == [0, 0, 0]
    waivers = {
        path.parent.name: len(json.loads(path.read_bytes())["waivers"]) for path in tmp_path.glob("*/bundle.json")
    }
    assert waivers == {"local": 2, "dev": 0, "any": 0}
    assert capsys.readouterr().out.count("sha256:") == 6


def test_the_evaluations_lie_beside_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the prompts that they name and no others; the local environment has one of its own."""
    for module in (policies, inputs):
        monkeypatch.setattr(module, "policy_bundle", lambda name: tmp_path / (name or "any") / "bundle.json")
    (tmp_path / "local" / "prompts").mkdir(parents=True)
    (tmp_path / "local" / "prompts" / "of-before.jsonl").touch()

    assert [policies.main(["local"]), policies.main([])] == [0, 0]
    written = [Evaluations.from_json((tmp_path / at / "evaluations.json").read_bytes()) for at in ("local", "any")]
    assert [sorted(one.evaluations) for one in written] == [["local", "smoke"], ["smoke"]]
    named = {f"{asked.prompts_digest[7:]}.jsonl" for one in written[0].evaluations.values() for asked in one.asked}
    found = {path.name: sha256_of(path.read_bytes()) for path in (tmp_path / "local" / "prompts").iterdir()}
    assert {f"{digest[7:]}.jsonl" for digest in found.values()} == found.keys() == named


def test_a_fault_writes_nothing(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bundle of before stays, and the fault is said."""
    _, own = folders
    (own / "mine.yaml").write_text("policy: mine\n")
    monkeypatch.setattr(policies, "policy_bundle", lambda _: own / "bundle.json")

    assert policies.main(["local"]) == 1
    assert "local/policies/mine.yaml:1:1" in capsys.readouterr().err
    assert not (own / "bundle.json").exists()
