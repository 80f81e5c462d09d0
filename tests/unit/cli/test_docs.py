"""docs/cli.md: what it shows is what the commands print."""

import json
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from modelgate.aws.session import Session
from modelgate.cli.generative import GenerativeCommands
from modelgate.cli.policy import PolicyCommands
from modelgate.cli.root import Commands
from modelgate.contracts.layout import adoption_key
from modelgate.evidence.adoption import Adoption
from modelgate.generative.datasets.shipped import works

from tests.unit.cli.evaluation_made_up import POLICY, write_answers, write_evaluation
from tests.unit.cli.listing_registry import ListingRegistry
from tests.unit.cli.running import POLICIES, run
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, World

DOCS = Path(__file__).parents[3] / "docs" / "cli.md"
_SHOWN = re.compile(r"```sh\n(?P<commands>(?:modelgate [^\n]*\n)+)```\n+(?:```text\n(?P<output>.*?)```\n)?", re.DOTALL)
WIDTH = "110"
PACKAGES = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval"


@dataclass(frozen=True)
class Shown:
    """A command in the docs and what it prints; *code* is how it leaves."""

    words: tuple[str, ...]
    output: str | None
    code: int


def shown() -> list[Shown]:
    """Every block, in order: a later one may use what an earlier one wrote."""
    found = []
    for match in _SHOWN.finditer(DOCS.read_text(encoding="utf-8")):
        *before, last = match["commands"].splitlines()
        found += [_command(line, None) for line in before]
        found.append(_command(last, match["output"]))
    return found


def _command(line: str, output: str | None) -> Shown:
    command, _, comment = line.partition("  # exit ")
    return Shown(words=tuple(shlex.split(command)[1:]), output=output, code=int(comment or 0))


@pytest.fixture
def desk(world: World, loans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder and the platform that the page speaks of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", WIDTH)
    monkeypatch.setenv("MODELGATE_PREFIX", "acme")
    shutil.copytree(POLICIES, tmp_path / "policies")
    next_ = Path(shutil.copytree(POLICIES, tmp_path / "policies-next"))
    (next_ / "bundle.yaml").write_text("version: 2\n")
    credit = (next_ / "credit.yaml").read_text().replace("version: 1", "version: 2", 1)
    (next_ / "credit.yaml").write_text(credit.replace("min: 0.70", "min: 0.75").replace("min: 500", "min: 400"))
    broken = Path(shutil.copytree(POLICIES, tmp_path / "policies-broken"))
    (broken / "credit.yaml").write_text((broken / "credit.yaml").read_text().replace("min: 0.70", "mim: 0.70"))
    loose = Path(shutil.copytree(POLICIES, tmp_path / "policies-loose"))
    (loose / "credit.yaml").write_text((loose / "credit.yaml").read_text().replace("min: 0.8\n", "min: 0.5\n"))
    (tmp_path / "build").mkdir()
    loans.rename(tmp_path / "build" / "loans")
    (tmp_path / "build" / "loans" / "good" / "package.json").rename(tmp_path / "build" / "request.json")
    draft = Path(shutil.copytree(tmp_path / "build" / "loans" / "biased", tmp_path / "build" / "loans" / "draft"))
    request = json.loads((draft / "package.json").read_text())
    del request["ModelApprovalStatus"], request["ModelMetrics"]["Bias"]["Report"]["ContentDigest"]
    request["ModelMetrics"]["Explainability"]["Report"]["S3Uri"] = "s3://scratch/explainability.json"
    (draft / "package.json").write_text(json.dumps(request))
    _evaluate(tmp_path)
    _decide(world)
    sqs = boto3.client("sqs", region_name="eu-west-1")
    for name in ("start-approval", "start-approval-dlq", "copy-artifacts-dlq", "audit-dlq"):
        sqs.create_queue(QueueName=f"acme-{name}")
    _approve_by_hand(world)
    monkeypatch.setattr(Session, "sagemaker", lambda _: ListingRegistry(world.registry))
    return tmp_path


def _evaluate(folder: Path) -> None:
    """An evaluation as governance hands it out, somebody's answers and works, and a policy for language models."""
    write_evaluation(folder / "build")
    write_answers(folder / "answers.jsonl", recites=True)
    (folder / "works").mkdir()
    for work in works():
        if work.source == "book":
            (folder / "works" / work.name.rpartition("/")[2]).write_text(work.text, encoding="utf-8")
    (folder / "policies-writers").mkdir()
    (folder / "policies-writers" / "bundle.yaml").write_text("version: 1\n")
    (folder / "policies-writers" / "writers.yaml").write_text(POLICY)


def _decide(world: World) -> None:
    """Version 1 is approved, 2 rejected, 3 held for people."""
    world.run(world.register(version=1))
    world.run(world.register(version=2, reports={"quality.json": made_up.quality(auc=0.62)}))
    world.pin_gate({"policy": "credit"}, risk_tier="high")
    world.run(world.register(version=3))


def _approve_by_hand(world: World) -> None:
    """Version 4, in a group that was adopted before it was registered."""
    world.registry.add(f"{PACKAGES}/4", metrics={}, model_data="s3://bucket/model", status="Approved")
    adoption = Adoption(group="loan-approval", adopted_at="2026-01-01T00:00:00+00:00", packages={})
    world.s3.put_object(Bucket=EVIDENCE, Key=adoption_key("loan-approval"), Body=adoption.to_json())


def fits(printed: str, expected: str) -> bool:
    """Whether it is what the page shows: ``…`` stands for any text, alone on a line for any lines; spaces are alike."""
    pattern = "\n".join(
        r"[^\x00]*?" if line == "…" else r"[^\n]*?".join(map(re.escape, line.split("…"))) for line in _lines(expected)
    )
    return re.fullmatch(pattern, "\n".join(_lines(printed))) is not None


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_every_block_prints_what_the_page_shows(desk: Path) -> None:
    """In the order of the page, from one folder, with the exit codes that it names."""
    for command in shown():
        ran = run(*command.words)

        assert (command.words, ran.code, ran.err if ran.code > 3 else "") == (command.words, command.code, "")
        if command.output is not None:
            printed = ran.out + ran.err
            assert fits(printed, command.output), f"modelgate {shlex.join(command.words)} printed\n{printed}"


def test_every_command_has_a_section() -> None:
    """A new command is described, or this fails."""
    text = DOCS.read_text(encoding="utf-8")
    groups = {"policy": PolicyCommands, "generative": GenerativeCommands}
    titles = [name for name in Commands.later if name not in groups]
    titles += [f"{group} {name}" for group, commands in groups.items() for name in commands.later]

    assert [title for title in titles if f"## modelgate {title}\n" not in text] == []


def test_every_json_key_is_on_the_page(desk: Path) -> None:
    """Scripts rely on keys, so a new one is described, or this fails."""
    text = DOCS.read_text(encoding="utf-8")
    for command in shown():
        if command.words[:2] == ("policy", "schema"):
            continue  # its keys are those of JSON Schema
        document = run(*command.words, "--json").document

        assert (command.words, [key for key in document if f"`{key}`" not in text]) == (command.words, [])
