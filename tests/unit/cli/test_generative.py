"""``modelgate generative``: from an evaluation and a model to the numbers that the gate would judge."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from modelgate.generative.evaluation import Budget, Evaluations, JudgePlan, Pace, Settings
from modelgate.generative.records import Completion
from modelgate.generative.target import Reply

from tests.unit.cli.evaluation_made_up import POLICY, PROMPTS, made_up_evaluation, write_answers, write_evaluation
from tests.unit.cli.running import Ran, run

SUPPORT = "disinformation/support_rate@1"
MEMORIZATION, TOXICITY = "memorization/lcp50_share@1", "toxicity/toxic_frac+sklearn-profanity@1.9.1"


@pytest.fixture
def evaluation(tmp_path: Path) -> Path:
    """The folder that governance hands out."""
    return write_evaluation(tmp_path / "build")


def collect(evaluation: Path, out: Path, *, recites: bool = True) -> Ran:
    """Take recorded answers."""
    answers = write_answers(out.parent / "answers.jsonl", recites=recites)
    return run(*_collect(evaluation, out), "--target", "recorded", "--answers", answers)


def _collect(evaluation: Path, out: Path) -> tuple[object, ...]:
    return ("generative", "collect", "--evaluation", evaluation, "--out", out)


@pytest.fixture
def collected(evaluation: Path, tmp_path: Path) -> Path:
    """A folder with all answers of a model that recites."""
    assert collect(evaluation, tmp_path / "run").code == 0
    return tmp_path / "run"


def nobody(_name: str) -> None:
    """How a scorer is found where there is none."""


class Supporter:
    """A judge that finds support in everything."""

    id = "bedrock/wise"

    def __init__(self) -> None:
        self.asked = 0

    def ask(self, text: str, settings: Settings, seed: int | None) -> Reply:
        """Count the call."""
        self.asked += 1
        said = Completion(text='{"label": "supports"}', finish_reason="end_turn", output_tokens=8)
        return Reply(completion=said, input_tokens=200)


def metrics(folder: Path) -> dict[str, dict[str, object]]:
    """The numbers of a folder that was scored."""
    found: dict[str, dict[str, object]] = run("generative", "report", folder, "--json").document["metrics"]
    return found


def test_a_model_that_recites_is_told_from_one_that_does_not(evaluation: Path, tmp_path: Path) -> None:
    """Collected, scored and reported, the two models differ in what they were made to differ in."""
    values = {}
    for recites in (True, False):
        folder = tmp_path / str(recites)
        assert collect(evaluation, folder, recites=recites).code == 0
        assert run("generative", "score", folder).code == 0
        values[recites] = metrics(folder)[MEMORIZATION]["value"]

    assert values == {True: 1.0, False: 0.0}


def test_the_report_is_judged_as_the_pipeline_s_own(collected: Path, tmp_path: Path) -> None:
    """``check`` finds the report in the folder by its name and judges it as the extra report of an evaluation."""
    run("generative", "score", collected)
    run("generative", "report", collected)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "bundle.yaml").write_text("version: 1\n")
    (tmp_path / "policies" / "writers.yaml").write_text(POLICY)

    judged = run("check", collected, "--group", "writers", "--policies", tmp_path / "policies", "--json")

    found = {one["check"]: one["status"] for one in judged.document["results"]}
    assert (judged.document["verdict"], found["recites"]) == ("reject", "fail")
    assert [one["name"] for one in judged.document["artifacts"] if one["name"].startswith("Extra")] == [
        "Extra.generative"
    ]
    assert "generative.json is what the gate's own evaluation will find: Extra.generative" in judged.document["assumed"]


def test_collecting_goes_on_where_it_ended(evaluation: Path, tmp_path: Path) -> None:
    """Parts that are stored are not asked for again, and the collection is the same to the byte."""
    collect(evaluation, tmp_path / "run")
    before = (tmp_path / "run/collection.json").read_bytes()
    (tmp_path / "run/collection.json").unlink()
    lost, *kept = sorted((tmp_path / "run/answers").iterdir())
    lost.unlink()
    times = {path: path.stat().st_mtime_ns for path in kept}

    again = collect(evaluation, tmp_path / "run")

    assert again.code == 0
    assert (tmp_path / "run/collection.json").read_bytes() == before
    assert {path: path.stat().st_mtime_ns for path in kept} == times


def test_a_folder_belongs_to_one_evaluation(collected: Path, tmp_path: Path) -> None:
    """Answers of two evaluations are never mixed."""
    other = write_evaluation(tmp_path / "other", made_up_evaluation(version=4))

    refused = collect(other, collected)

    assert refused.code == 1
    assert "was begun with evaluation assistants version 3" in refused.err
    assert "choose another folder" in refused.err


def test_scoring_twice_scores_once(collected: Path) -> None:
    """What was scored by the same code is not scored again."""
    run("generative", "score", collected)

    again = run("generative", "score", collected, "--json")

    assert {one["done"] for one in again.document["parts"]} == {"scored before"}


def test_answers_that_were_changed_are_not_scored(collected: Path) -> None:
    """The collection names each part by its digest."""
    changed = min((collected / "answers").iterdir())
    changed.write_bytes(changed.read_bytes().replace(b"stop", b"STOP"))

    ran = run("generative", "score", collected)

    assert ran.code == 4
    assert "was changed since it was collected" in ran.err


def test_prompts_that_were_changed_are_refused(collected: Path) -> None:
    """They are what the parts' keys are made of."""
    changed = min((collected / "prompts").iterdir())
    changed.write_bytes(changed.read_bytes().replace(b"the", b"teh"))

    assert run("generative", "report", collected).code == 4


def test_without_scores_there_is_no_report(collected: Path) -> None:
    """And the sentence says what to run."""
    ran = run("generative", "report", collected)

    assert ran.code == 1
    assert "has not been scored by the code that is installed now" in ran.err


def test_a_scorer_that_is_not_here_makes_its_numbers_missing(collected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept of the parts, so that they can be scored once it is installed; no number is 0."""
    monkeypatch.setattr("modelgate.cli.generative.scorers.scorers", lambda _region: nobody)

    ran = run("generative", "score", collected)

    assert ran.code == 3
    assert "the scorer sklearn-profanity@1.9.1 is not here" in ran.err
    assert metrics(collected)[TOXICITY]["value"] is None
    monkeypatch.undo()
    assert run("generative", "score", collected).code == 0
    assert metrics(collected)[TOXICITY]["value"] == 0.0


def test_a_judge_that_is_a_model_is_asked_in_a_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one a sentence says so; with one the folder is judged, and judged once."""
    pace = Pace(concurrency=2, calls_per_second=10_000, timeout_seconds=5, attempts=1, answer_bytes=10_000)
    budget = Budget(calls=1000, tokens=10**6)
    judge = JudgePlan(name="model/wise", agreement=0.1, support_found=0.1, pace=pace, budget=budget)
    build = write_evaluation(tmp_path / "build", replace(made_up_evaluation(), judge=judge))
    folder = tmp_path / "run"
    assert collect(build, folder).code == 0
    model = Supporter()
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setattr("modelgate.steps.judges.bedrock_judge", lambda _region, _model_id, _pace: model)

    alone = run("generative", "score", folder)
    missing = metrics(folder)[SUPPORT]
    asked = run("generative", "score", folder, "--region", "eu-west-1")
    calls = model.asked
    again = run("generative", "score", folder, "--region", "eu-west-1")

    assert (alone.code, asked.code, again.code) == (3, 0, 0)
    assert "the judge model/wise is asked at Amazon Bedrock; give --region" in alone.err
    assert (missing["value"], metrics(folder)[SUPPORT]["value"]) == (None, 1)
    assert model.asked == calls


def test_without_the_libraries_a_sentence_says_what_to_install(
    collected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever only collects has no need of them."""
    for name in ("cli.generative.scored", "generative.scoring", "generative.memorization.comparison"):
        monkeypatch.delitem(sys.modules, f"modelgate.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "modelgate.generative.scoring", None)

    ran = run("generative", "score", collected)

    assert ran.code == 1
    assert "which is not installed; install it with `pip install 'modelgate[generative]'`" in ran.err


def test_the_page_loads_nothing_and_escapes_what_models_write(collected: Path, tmp_path: Path) -> None:
    """It holds every number, and no text that a browser would run."""
    run("generative", "score", collected)
    run("generative", "report", collected, "--html", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()

    assert "<svg" in page
    assert all(name in page for name in metrics(collected))
    assert not any(word in page for word in ("<script", "http://", "https://", "<link", "<img"))


def test_costs_follow_the_formula(evaluation: Path) -> None:
    """Prices are those that are given; the formula is told with them."""
    words = ("--price-in", "2", "--price-out", "10", "--tokens-out", "50")

    told = run("generative", "cost", "--evaluation", evaluation, *words, "--json").document

    first = told["concerns"][0]
    assert first["per_thousand_prompts"] == pytest.approx(1000 * (first["input_tokens"] * 2 + 50 * 10) / 1e6)
    assert told["calls"] == PROMPTS * 4


def test_the_evaluation_can_be_the_file_that_it_is_built_from(tmp_path: Path) -> None:
    """A YAML file is built on the way, prompts and all."""
    (tmp_path / "mine.yaml").write_text(YAML.replace("JUDGE", made_up_evaluation().judge.name))

    told = run("generative", "prompts", tmp_path / "mine.yaml", "--show", "1", "--json").document

    assert [(one["dataset"], one["prompts"]) for one in told["sets"]] == [("modelgate-beginnings@1", 60)]
    assert told["sets"][0]["shown"][0]["text"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--target", "openai", "--model", "m"), "--target openai needs --url"),
        (("--target", "openai", "--url", "http://localhost:1/v1"), "--target openai needs --model"),
        (("--target", "recorded"), "--target recorded needs --answers"),
    ],
)
def test_options_that_are_missing_are_named(
    evaluation: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """Before anything is asked."""
    ran = run(*_collect(evaluation, tmp_path / "run"), *words)

    assert ran.code == 2
    assert said in ran.err


def test_one_of_several_evaluations_is_chosen_by_name(evaluation: Path) -> None:
    """Nobody guesses."""
    document = evaluation / "evaluations.json"
    two = {name: made_up_evaluation() for name in ("assistants", "others")}
    document.write_bytes(Evaluations(evaluations=two).to_json())

    refused = run("generative", "prompts", evaluation)

    assert refused.code == 1
    assert "holds 2 evaluations (assistants, others); choose one with --name" in refused.err
    assert run("generative", "prompts", evaluation, "--name", "others").code == 0


class _Model(BaseHTTPRequestHandler):
    """A server that has one answer to everything."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = {
            "choices": [{"message": {"role": "assistant", "content": "I cannot say."}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 4},
        }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    """The address of that server."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Model)
    thread = Thread(target=running.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/v1"
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


def test_a_server_on_this_machine_is_asked(server: str, evaluation: Path, tmp_path: Path) -> None:
    """Whatever has OpenAI's chat completions; what it used is told."""
    ran = run(*_collect(evaluation, tmp_path / "run"), "--target", "openai", "--url", server, "--model", "m", "--json")

    assert ran.code == 0, ran.err
    told = ran.document
    assert (told["target"], told["failed"]) == (f"openai/{server}/m", 0)
    assert (told["input_tokens"], told["output_tokens"]) == (9 * PROMPTS * 4, 4 * PROMPTS * 4)


YAML = """
evaluation: mine
version: 1
description: Of this test.
target: {kind: openai, models: ["*"], base_url: "http://localhost:8080/v1"}
budget: {calls: 100, tokens: 10000}
scorer: sklearn-profanity@1.9.1
judge: {name: lexical@3, agreement: 0.7, support_found: 0.5}
ask:
  toxicity:
    prompts: [{dataset: modelgate-beginnings@1}]
    settings: {temperature: 0, max_tokens: 20}
"""
