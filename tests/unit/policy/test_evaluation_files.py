"""Evaluation files: every fault is a sentence with its place, and what is built follows from the files alone."""

from pathlib import Path

import pytest
from modelgate.aws.comprehend_toxicity import ComprehendScorer
from modelgate.aws.guardrails_toxicity import GuardrailScorer
from modelgate.contracts.digests import sha256_of
from modelgate.errors import PolicyError
from modelgate.generative.datasets.imported import NOTE_FILE, PROMPTS_FILE, Imported
from modelgate.generative.datasets.shipped import ID, shipped
from modelgate.generative.disinformation.lexical_judge import LexicalJudge
from modelgate.generative.evaluation import Budget, Evaluation, Evaluations
from modelgate.generative.records import Prompt, line_of, read_prompts
from modelgate.generative.toxicity.detoxify import DetoxifyScorer
from modelgate.generative.toxicity.profanity import ProfanityScorer
from modelgate.policy.evaluation_files import SCORERS, EvaluationFile
from modelgate.policy.evaluations import Built, build, growth_faults, load_evaluations

from tests.unit.cli.running import run
from tests.unit.policy.folders import POLICY, folder

JUDGE = f"{LexicalJudge.id}@{LexicalJudge.version}"
HEAD = f"""\
evaluation: tried
version: 3
description: Made up.
target:
  kind: bedrock
  models: ["a-*"]
budget: {{calls: 500, tokens: 100000}}
scorer: sklearn-profanity@1.9.1
judge: {{name: {JUDGE}, agreement: 0.7, support_found: 0.5}}
ask:
"""
BIAS = """\
  bias:
    prompts: [{dataset: modelgate-items@1}]
    settings: {temperature: 0, max_tokens: 8}
"""
IMPORTED = """\
  toxicity:
    prompts: [{folder: imported/tox, digest: "@"}]
    settings: {temperature: 1, max_tokens: 20, completions: 2}
"""
PROMPTS = [
    Prompt(id=f"tox@1/{at}", concern="toxicity", text=f"Begin {at}", meta={"domain": "d", "group": str(at % 3)})
    for at in range(30)
]
LINES = b"".join(map(line_of, PROMPTS))


def built(at: Path, *texts: str, datasets: Path | None = None) -> Built:
    """What comes of files named 0.yaml, 1.yaml … in *at*; the prompts go to its folder ``prompts``."""
    (at / "prompts").mkdir(exist_ok=True)
    files = []
    for number, text in enumerate(texts):
        files.append(at / f"{number}.yaml")
        files[-1].write_text(text, encoding="utf-8")
    return build(files, datasets, at / "prompts")


def one(at: Path, text: str, datasets: Path | None = None) -> Evaluation:
    """The evaluation of one file."""
    return built(at, text, datasets=datasets).evaluations.evaluations["tried"]


def faults_of(at: Path, *texts: str, datasets: Path | None = None) -> list[str]:
    """The sentences about files that are refused, without their folder."""
    with pytest.raises(PolicyError) as caught:
        built(at, *texts, datasets=datasets)
    return str(caught.value).replace(f"{at}/", "").splitlines()


@pytest.fixture
def datasets(tmp_path: Path) -> Path:
    """A folder with one set of imported prompts."""
    folder = tmp_path / "sets" / "imported" / "tox"
    folder.mkdir(parents=True)
    note(folder)
    return tmp_path / "sets"


def note(folder: Path, concern: str = "toxicity", complete: bool = True) -> None:
    """Write made-up prompts, as an importer does."""
    (folder / PROMPTS_FILE).write_bytes(LINES)
    written = Imported(
        dataset="tox@1",
        concern=concern,
        title="Made up",
        licence="CC-BY-4.0",
        use="Name the author.",
        attribution="A. Author",
        files=(),
        prompts=30,
        digest=sha256_of(LINES),
        counts={},
        made={"seed": 0},
        complete=complete,
    )
    (folder / NOTE_FILE).write_bytes(written.to_json())


def test_an_evaluation_of_a_whole_set_has_its_name(tmp_path: Path) -> None:
    """And the prompts lie under their digest, as they are."""
    (asked,) = one(tmp_path, HEAD + BIAS).asked
    lines = (tmp_path / "prompts" / f"{asked.prompts_digest.removeprefix('sha256:')}.jsonl").read_bytes()

    assert (asked.dataset_id, asked.prompts) == (ID["bias"], 216)
    assert list(read_prompts(lines.splitlines())) == list(shipped("bias"))
    assert sha256_of(lines) == asked.prompts_digest


@pytest.mark.parametrize(
    ("given", "prompts"),
    [
        ("only: {category: [Age]}", 72),
        ("only: {category: [Age, Wealth], context: [ambiguous]}", 48),
        ("sample: {per_cell: 1}", 72),
        ("sample: {per_cell: 1, seed: 7}, only: {category: [Gender]}", 24),
    ],
)
def test_a_part_of_a_set_is_named_after_what_it_holds(tmp_path: Path, given: str, prompts: int) -> None:
    """So that no number of a part passes for one of the whole."""
    (asked,) = one(tmp_path, HEAD + BIAS.replace("@1}", f"@1, {given}}}")).asked

    assert asked.prompts == prompts
    assert asked.dataset_id == f"{ID['bias']}+{asked.prompts_digest[7:19]}"


def test_imported_prompts_keep_licence_and_author(tmp_path: Path, datasets: Path) -> None:
    """Wherever their answers go."""
    (asked,) = one(tmp_path, HEAD + IMPORTED.replace("@", sha256_of(LINES)), datasets).asked

    assert (asked.licence, asked.prompts_digest) == ("CC-BY-4.0, A. Author", sha256_of(LINES))
    assert asked.dataset_id == f"tox@1+{sha256_of(LINES)[7:19]}"


def test_an_evaluation_whose_prompts_are_not_there_is_left_out(tmp_path: Path, datasets: Path) -> None:
    """And said to be; a group that names it is refused by Terraform."""
    text = HEAD + IMPORTED.replace("@", sha256_of(LINES))

    nowhere, elsewhere = built(tmp_path, text), built(tmp_path, text, datasets=tmp_path / "others")
    assert nowhere.evaluations == elsewhere.evaluations == Evaluations(evaluations={})
    assert nowhere.left_out == (
        "evaluation 'tried' is left out: MODELGATE_DATASETS names no folder; import the data set to have it",
    )
    assert "there is no imported/tox below" in elsewhere.left_out[0]


def test_prompts_of_another_digest_are_refused(tmp_path: Path, datasets: Path) -> None:
    """Both are named."""
    (fault,) = faults_of(tmp_path, HEAD + IMPORTED.replace("@", f"sha256:{'0' * 64}"), datasets=datasets)

    assert fault.startswith(f"0.yaml:12:16: imported/tox has the digest {sha256_of(LINES)}, and sha256:000")


def test_prompts_about_something_else_are_refused(tmp_path: Path, datasets: Path) -> None:
    """A note that says another concern."""
    note(datasets / "imported" / "tox", concern="bias")

    (fault,) = faults_of(tmp_path, HEAD + IMPORTED.replace("@", sha256_of(LINES)), datasets=datasets)
    assert fault == "0.yaml:12:16: imported/tox holds prompts about bias, not toxicity"


def test_prompts_without_their_references_are_refused(tmp_path: Path, datasets: Path) -> None:
    """The pipeline has no works to score with."""
    note(datasets / "imported" / "tox", complete=False)

    (fault,) = faults_of(tmp_path, HEAD + IMPORTED.replace("@", sha256_of(LINES)), datasets=datasets)
    assert "name their works by digest only" in fault


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (
            "modelgate-items@1",
            "bbq@1",
            "0.yaml:12:16: 'dataset' is 'bbq@1'; the project's own set for bias is modelgate",
        ),
        ("kind: bedrock", "kind: bedrok", "0.yaml:5:3: 'kind' is 'bedrok'; write "),
        ("calls: 500", "calls: 215", "0.yaml:7:10: 'calls' is 215, and its prompts need 216; allow more"),
        ("@1.9.1", "@1.9.2", "0.yaml:8:1: 'scorer' is 'sklearn-profanity@1.9.2', which is no scorer; known are "),
        (f"name: {JUDGE}", "name: wise@1", "0.yaml:9:9: 'name' is 'wise@1', which is no judge that is here"),
        ("temperature: 0", "temprature: 0", "0.yaml:13:16: the key 'temprature' is not known here; did you mean"),
        ("max_tokens: 8", "max_tokens: 0", "0.yaml:13:32: 'max_tokens' is 0; write a number of at least 1"),
        ('models: ["a-*"]', "models: []", "0.yaml:6:3: 'models' is empty ([]); write at least 1 entry"),
        ('  models: ["a-*"]\n', "", "0.yaml:4:1: 'target': the kind bedrock needs models; add it"),
        (
            'models: ["a-*"]',
            'models: ["a-*"]\n  base_url: http://x',
            "0.yaml:7:3: 'base_url' makes no sense for the kind bedrock; remove it",
        ),
        ("version: 3", "version: 0", "0.yaml:2:1: 'version' is 0; write a number of at least 1"),
        ("dataset: modelgate-items@1", "folder: ../x", "0.yaml:12:16: 'folder' is '../x'; write a folder's"),
        (
            "dataset: modelgate-items@1",
            "folder: x",
            "0.yaml:12:15: a folder can change; give the digest that the import printed",
        ),
        (
            'models: ["a-*"]',
            'models: ["a-*"]\n  pace: {answer_bytes: 20000000}',
            "0.yaml:4:1: 1 answers of 20,000,000 bytes ('answer_bytes' of the pace) to one prompt of bias do not fit",
        ),
        (
            'models: ["a-*"]',
            'models: ["a-*"]\n  pace: {answer_bytes: 1000000}',
            "0.yaml:12:3: 50 prompts with 1 answers of 1,000,000 bytes ('answer_bytes' of the pace) do not fit what is"
            " kept of a part; lower 'part_size' to 16, or 'answer_bytes'",
        ),
        ("@1}", "@1, only: {category: [Agee]}}", "0.yaml:12:5: no prompt is left; ask for more of them"),
    ],
)
def test_a_fault_is_a_sentence_with_its_place(tmp_path: Path, before: str, after: str, fault: str) -> None:
    """And with what to write instead."""
    found = faults_of(tmp_path, (HEAD + BIAS).replace(before, after))

    assert [line for line in found if line.startswith(fault)], found


def test_a_completion_has_room_for_what_is_looked_for(tmp_path: Path) -> None:
    """Fifty words of a work."""
    asks = BIAS.replace("bias", "memorization").replace("-items", "-works")

    (fault,) = faults_of(tmp_path, HEAD + asks)
    assert fault.startswith("0.yaml:13:32: 'max_tokens' must be at least 64, or every answer ends")


def test_a_machine_costs_no_more_than_it_may(tmp_path: Path) -> None:
    """What it costs at most is what it costs when nobody stops it."""
    machine = "{instance_type: ml.g5.xlarge, maximum_seconds: 7200, price_per_hour: 1.5, maximum_cost: 2}"
    text = (HEAD + BIAS).replace("kind: bedrock", "kind: endpoint").replace('models: ["a-*"]', f"machine: {machine}")

    (fault,) = faults_of(tmp_path, text)
    assert "'maximum_cost' is less than the 3.00 that maximum_seconds may cost" in fault
    assert one(tmp_path, text.replace("maximum_cost: 2", "maximum_cost: 3")).target.machine is not None


SUPPORT = """\
  disinformation:
    prompts: [{dataset: modelgate-headlines@1}]
    settings: {temperature: 0, max_tokens: 60}
"""
MODEL_JUDGE = "model/eu.amazon.nova-lite-v1:0"


def judged_by(judge: str, asks: str = SUPPORT) -> str:
    """A file with another judge."""
    return (HEAD + asks).replace(f"{{name: {JUDGE}, ", f"{{{judge}, ")


def test_a_model_judges_at_its_pace_and_within_its_budget(tmp_path: Path) -> None:
    """The pace has the defaults of a target's where the file says none; rules have neither."""
    plan = one(tmp_path, judged_by(f"name: {MODEL_JUDGE}, budget: {{calls: 900, tokens: 9}}")).judge

    assert (plan.name, plan.budget) == (MODEL_JUDGE, Budget(calls=900, tokens=9))
    assert plan.pace == one(tmp_path, HEAD + BIAS).target.pace
    assert (one(tmp_path, HEAD + BIAS).judge.pace, one(tmp_path, HEAD + BIAS).judge.budget) == (None, None)


@pytest.mark.parametrize(
    ("judge", "fault"),
    [
        (f"name: {MODEL_JUDGE}", "is asked, and what that may take is not said; add budget"),
        (f"name: {JUDGE}, budget: {{calls: 900, tokens: 9}}", "'budget' makes no sense for lexical@3"),
        (f"name: {JUDGE}, pace: {{concurrency: 9}}", "'pace' makes no sense for lexical@3"),
        ("name: 'model/a?b', budget: {calls: 900, tokens: 9}", "a model's id has letters, digits and ._:/- only"),
        (f"name: {MODEL_JUDGE}, budget: {{calls: 20, tokens: 9}}", "'calls' is 20, and judging needs "),
    ],
)
def test_a_judge_that_cannot_be_asked_so_is_a_fault(tmp_path: Path, judge: str, fault: str) -> None:
    """A judge without a budget, or one that takes none, is found before anything is built."""
    (found,) = faults_of(tmp_path, judged_by(judge))

    assert found.startswith("0.yaml:9:")
    assert fault in found


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """Both are named."""
    (fault,) = faults_of(tmp_path, HEAD + BIAS, HEAD + BIAS)

    assert fault == "1.yaml:1:1: 'evaluation' is 'tried', as in 0.yaml; rename one"


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    """Whatever order the keys have."""
    text = HEAD + BIAS
    turned = text.replace("version: 3\ndescription: Made up.\n", "description: Made up.\nversion: 3\n")
    assert turned != text
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    written = [built(tmp_path / at, each).evaluations.to_json() for at, each in (("a", text), ("b", turned))]
    assert written[0] == written[1]
    assert Evaluations.from_json(written[0]).evaluations["tried"] == one(tmp_path, text)


def test_versions_only_grow(tmp_path: Path) -> None:
    """A change under the same version, or a lower one, is not published; a new one may be."""
    changed = (HEAD + BIAS).replace("max_tokens: 8", "max_tokens: 9")

    def loaded(text: str) -> dict[str, EvaluationFile]:
        (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
        return load_evaluations(tmp_path)

    before = loaded(HEAD + BIAS)
    told = "evaluation 'tried' changed since its version 3 was built and has version"
    assert growth_faults(before, loaded(HEAD + BIAS)) == growth_faults({}, before) == growth_faults(before, {}) == []
    assert growth_faults(before, loaded(changed)) == [f"{told} 3; write version: 4"]
    assert growth_faults(before, loaded(changed.replace("version: 3", "version: 2"))) == [f"{told} 2; write version: 4"]
    assert growth_faults(before, loaded(changed.replace("version: 3", "version: 4"))) == []
    assert load_evaluations(tmp_path / "nowhere") == {}


def test_a_bundle_after_a_folder_wants_grown_evaluations(tmp_path: Path) -> None:
    """As of policies; the command says which."""
    before, now = (folder(tmp_path / name, POLICY) for name in ("before", "now"))
    for at, text in ((before, HEAD + BIAS), (now, (HEAD + BIAS).replace("max_tokens: 8", "max_tokens: 9"))):
        (at / "evaluations").mkdir()
        (at / "evaluations" / "tried.yaml").write_text(text, encoding="utf-8")

    ran = run("policy", "bundle", now, "--after", before, "--output", tmp_path / "bundle.json")
    assert (ran.code, (tmp_path / "bundle.json").exists()) == (1, False)
    assert "evaluation 'tried' changed since its version 3 was built" in ran.err


def test_the_lint_looks_at_evaluations_too(tmp_path: Path) -> None:
    """Each fault with its place, and how many there are."""
    at = folder(tmp_path / "policies", POLICY)
    (at / "evaluations").mkdir()
    file = at / "evaluations" / "tried.yaml"

    file.write_text(HEAD + BIAS, encoding="utf-8")
    assert "; 1 evaluation; no fault found" in run("policy", "lint", at).out
    file.write_text(HEAD, encoding="utf-8")
    assert "tried.yaml:10:1: " in run("policy", "lint", at).err


@pytest.mark.parametrize(
    "scorer",
    [
        f"{ProfanityScorer.id}@{ProfanityScorer.version}",
        f"{ComprehendScorer.id}@{ComprehendScorer.version}",
        f"{GuardrailScorer.id}@gr4lonh2x7.3",
        f"{DetoxifyScorer.id}@original-0.5.2",
    ],
)
def test_every_scorer_can_be_named(tmp_path: Path, scorer: str) -> None:
    """And no other, nor a draft of a guardrail."""
    assert one(tmp_path, (HEAD + BIAS).replace("sklearn-profanity@1.9.1", scorer)).scorer == scorer
    assert faults_of(tmp_path, (HEAD + BIAS).replace("sklearn-profanity@1.9.1", scorer + "."))


def test_the_scorers_are_those_that_are_there() -> None:
    """Whoever adds one names it in both places."""
    assert SCORERS.keys() == {each.id for each in (ProfanityScorer, ComprehendScorer, GuardrailScorer, DetoxifyScorer)}


MACHINE = "machine: {instance_type: ml.g5.xlarge, maximum_seconds: 3600, price_per_hour: 1, maximum_cost: 2}"


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("recorded", ""),
        ("endpoint", MACHINE),
        ("transform", MACHINE),
        ("openai", 'models: ["b*", "a*"]\n  base_url: https://models.example.com:8443'),
    ],
)
def test_each_kind_of_target_has_what_it_needs(tmp_path: Path, kind: str, keys: str) -> None:
    """And nothing else; each lack is told by name."""
    text = (HEAD + BIAS).replace("kind: bedrock", f"kind: {kind}")

    plan = one(tmp_path, text.replace('models: ["a-*"]', keys)).target
    assert (plan.kind, plan.machine is not None) == (kind, bool(keys == MACHINE))
    assert plan.models == (("a*", "b*") if kind == "openai" else ())
    assert plan.token_limit == "max_tokens"
    said = {"recorded": "'models' makes no sense for the kind recorded", "openai": "the kind openai needs base_url"}
    assert said.get(kind, "'models' makes no sense") in "".join(faults_of(tmp_path, text))


def test_a_server_may_have_another_word_for_the_longest_answer(tmp_path: Path) -> None:
    """No other kind of target has one."""
    word = 'models: ["a-*"]\n  token_limit: max_completion_tokens'
    text = (HEAD + BIAS).replace('models: ["a-*"]', word)
    server = f"base_url: https://models.example.com\n  {word}"

    plan = one(
        tmp_path, (HEAD + BIAS).replace("kind: bedrock", "kind: openai").replace('models: ["a-*"]', server)
    ).target
    assert plan.token_limit == "max_completion_tokens"
    assert "'token_limit' makes no sense for the kind bedrock" in "".join(faults_of(tmp_path, text))
