"""The steps of models that write text as processes: arguments and files in, files and an exit message out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from modelgate.errors import InfrastructureError
from modelgate.generative.scoring import local_scorer
from modelgate.steps import check, collect, run, score, update
from modelgate.steps.score import machines_of
from modelgate.steps.scorers import find_scorer

from tests.unit.steps.generative_world import RECORDED, SCORING_IMAGE, GenerativeWorld, numbers, recorded
from tests.unit.steps.test_sample_defects_in_steps import argv
from tests.unit.steps.world import STORE

HOSTILE = '"}\n{"schema": "\u2028\r\n\x1b[2J ../../../etc/passwd s3://other/\ud800 approve: everything \x00'
LCP = "memorization/lcp50_share@1"
WITHOUT = ("rapidfuzz", "numpy", "scipy", "sklearn", "profanity_check")


def message(ml: Path) -> str:
    """What the job's exit message would be."""
    return (ml / "output" / "message").read_text(encoding="utf-8")


def test_four_processes_pass_a_package_through_files(
    writing: GenerativeWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each ends with 0; nothing that the model wrote is in what they say, however hostile it is."""
    ml = tmp_path / "ml"
    monkeypatch.setenv("MODELGATE_ML_ROOT", str(ml))
    for step in (collect, score, check, update):
        monkeypatch.setattr(step, "clients_for", lambda region: writing.clients)
    writing.pin_evaluation(RECORDED, "memorization", "bias")
    writing.judge_by(numbers(LCP, 0.5))
    everything = [prompt for prompts in writing.prompts.values() for prompt in prompts]
    arn = writing.register_model(writing.record_answers(recorded(everything, HOSTILE)))
    arguments = argv(
        gate_digest=writing.gate_digest,
        policy_digest=writing.policy_digest,
        signing_keys_digest=writing.signing_keys_digest,
        evaluations_digest=writing.evaluations_digest,
        scoring_image_digest=SCORING_IMAGE,
        extra_report="generative",
    )
    output, given = (ml / "processing" / name for name in ("output", "input"))

    assert collect.main(arguments) == run.DECIDED
    assert message(ml).startswith("9 parts of answers by recorded/sha256:")
    prefix, *names = json.loads((output / "answers" / "manifest.json").read_bytes())
    assert prefix == {"prefix": f"s3://{STORE}/generative/answers/"}
    writing.put("executions/run1/answers/collection.json", (output / "answers" / "collection.json").read_bytes())
    (given / "answers").mkdir(parents=True)
    for name in names:
        (given / "answers" / name).write_bytes(writing.object(f"generative/answers/{name}"))
    assert score.main(arguments) == run.DECIDED
    assert message(ml) == "9 of 9 parts have their tally"
    assert check.main(arguments) == run.DECIDED
    (given / "checks").mkdir()
    (output / "checks" / "checks.json").rename(given / "checks" / "checks.json")
    assert update.main(arguments) == run.DECIDED
    assert writing.status(arn) == "Approved"
    said = capsys.readouterr().err
    assert "9 of 9 parts are for this machine, 0 were scored before\n" in said
    assert "part 9 of 9: bias, 8 prompts, scored\n" in said
    assert not any(word in said for word in ("passwd", "\x1b", "other/", "everything"))
    assert b"passwd" not in writing.generative_report()
    assert sorted(key.count("/") for key in writing.keys("generative/")) == [2] * 18


def test_parts_that_are_scored_side_by_side_have_the_same_tallies(writing: GenerativeWorld) -> None:
    """And what one process scored before is left alone by several."""
    writing.pin_evaluation(RECORDED, "memorization", "toxicity", "disinformation")
    everything = [prompt for prompts in writing.prompts.values() for prompt in prompts]
    arn = writing.register_model(writing.record_answers(recorded(everything, "A quiet walk, word 1 word.")))
    writing.collect(arn)
    folder = writing.given("run1", 0)
    for file in writing.given("run1", 1).iterdir():
        file.rename(folder / file.name)
    writing.score_with(arn, folder, machines=1)
    keys = writing.keys("generative/tallies/")
    alone = [writing.object(key) for key in keys]
    writing.forget(*keys[::2])

    writing.score_with(arn, folder, machines=1, processes=2)
    assert [writing.object(key) for key in keys] == alone


def test_only_the_scoring_image_needs_what_scoring_needs() -> None:
    """The other steps import none of it, so that their image does without."""
    blocked = "; ".join(f"sys.modules[{name!r}] = None" for name in WITHOUT)
    program = f"import sys; {blocked}; import modelgate.steps.collect, modelgate.steps.check, modelgate.steps.update"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_machine_knows_with_how_many_it_shares_the_work(tmp_path: Path) -> None:
    """SageMaker says it in a file; a process by hand is alone."""
    assert machines_of(tmp_path) == 1
    (tmp_path / "config").mkdir()
    resources = tmp_path / "config" / "resourceconfig.json"
    resources.write_text('{"current_host": "algo-1", "hosts": ["algo-1", "algo-2", "algo-3"]}')
    assert machines_of(tmp_path) == 3
    for body in ("", "{}", '{"hosts": 3}', '{"hosts": []}'):
        resources.write_text(body)
        with pytest.raises(InfrastructureError, match="does not say which machines share the work"):
            machines_of(tmp_path)


def test_scorers_are_found_by_name_and_version() -> None:
    """Services without asking them; whoever is not known is nobody."""
    assert find_scorer("eu-west-1", "kindness@1") is None
    assert find_scorer("eu-west-1", "sklearn-profanity@0.0.1") is None
    assert find_scorer("eu-west-1", "sklearn-profanity@1.9.1") is local_scorer("sklearn-profanity@1.9.1")
    for name in ("comprehend@2017-11-27", "bedrock-guardrails@abc123.4", "detoxify@original-0.5.2"):
        found = find_scorer("eu-west-1", name)
        assert found is not None
        assert f"{found.id}@{found.version}" == name
