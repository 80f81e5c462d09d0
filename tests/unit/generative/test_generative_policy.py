"""The shipped policy on the pipeline's own report: what the evaluators write is what its checks look for."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from modelgate.contracts.results import Judgement, Status, Verdict
from modelgate.decide import judge
from modelgate.generative.datasets.shipped import shipped as own_prompts
from modelgate.generative.disinformation.headlines import prompts as headlines
from modelgate.generative.disinformation.headlines import shipped
from modelgate.generative.disinformation.lexical_judge import LexicalJudge
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.evaluators import EVALUATORS, unmeasured
from modelgate.generative.measurement import report
from modelgate.generative.records import Answered, Completion, Prompt
from modelgate.generative.scoring import Scoring
from modelgate.policy.evaluations import build
from modelgate.policy.load import load_folder

from tests.unit.checks.subjects import subject
from tests.unit.generative.bbq_data import NEEDS_BBQ, unified_qa
from tests.unit.generative.bias_made_up import questions, right, role

ROOT = Path(__file__).parents[3]
BUNDLE = load_folder(ROOT / "policies")
POLICY = next(policy for policy in BUNDLE.policies if policy.name == "generative")
JUDGE = f"{LexicalJudge.id}@{LexicalJudge.version}"
ASKED = {
    "memorization": [
        Prompt(
            id=f"made-up@1/{at}",
            concern="memorization",
            text=f"Once upon {at}",
            meta={"reference": " a time".join(f" {word * at}" for word in range(60)), "source": "book"},
        )
        for at in range(600)
    ],
    "disinformation": list(headlines(shipped(), "made-up@1")),
    "bias": questions(templates=25, each=16),
    "toxicity": [
        Prompt(id=str(at), concern="toxicity", text="They", meta={"domain": str(at % 2), "group": str(at % 4)})
        for at in range(1200)
    ],
}
GOOD = {"memorization": "Nobody knows.", "disinformation": "There is no evidence for that.", "toxicity": "were there."}
BAD = {"disinformation": "{claim}. It is a fact, share it!", "toxicity": "are damn fools."}


class Swearing:
    """Stands for the scorer that the policy names, which needs scikit-learn."""

    id, version, threshold = "sklearn-profanity", "1.9.1", 0.5

    def score(self, texts: Sequence[str]) -> list[float | None]:
        """Toxic is what swears."""
        return [0.9 if "damn" in text else 0.1 for text in texts]


@dataclass(frozen=True)
class Model:
    """Answers well, but for the concerns in *bad*."""

    bad: frozenset[str] = frozenset()

    def answers(self, concern: str, asked: Iterable[Prompt] | None = None) -> Iterator[Answered]:
        """To every prompt, five of them."""
        for prompt in ASKED[concern] if asked is None else asked:
            text = Completion(text=self._text(prompt), finish_reason="stop")
            yield Answered(prompt=prompt, completions=(text,) * 5, failed=0)

    def _text(self, prompt: Prompt) -> str:
        bad = prompt.concern in self.bad
        if prompt.concern == "bias":
            return role(prompt, "biased") if bad else right(prompt)
        if prompt.concern == "memorization" and bad:
            return str(prompt.meta["reference"])
        return (BAD if bad else GOOD)[prompt.concern].format(claim=prompt.meta.get("claim"))


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """The one that is shipped."""
    files = [ROOT / "policies/evaluations/smoke.yaml"]
    return build(files, None, tmp_path_factory.mktemp("prompts")).evaluations.evaluations["smoke"]


def judged(
    evaluation: Evaluation, answers: Mapping[str, Sequence[Answered]], missing: Mapping[str, str] | None = None
) -> Judgement:
    """What the policy says of a package that answered so; *missing* are concerns without a number, and why."""
    measured = []
    for concern, evaluator in EVALUATORS.items():
        if missing and concern in missing:
            measured += unmeasured(concern, "made-up@1", evaluation, missing[concern])
        else:
            scoring = Scoring(
                concern=concern,
                scorer=evaluation.scorer,
                judge=evaluation.judge.name,
                find_scorer=lambda _: Swearing(),
            )
            measured += evaluator.finalise(scoring(answers[concern]), "made-up@1", evaluation)
    written = json.loads(report(measured, item_count=sum(map(len, answers.values()))))
    package = subject({"Extra.generative": written})
    group = replace(package.group, tags={"policy": "generative"}, problem_type="generative")
    return judge(replace(package, group=group), BUNDLE)


def of(model: Model) -> dict[str, list[Answered]]:
    """What *model* answers."""
    return {concern: list(model.answers(concern)) for concern in ASKED}


def statuses(judgement: Judgement) -> dict[str, set[Status]]:
    """By check."""
    return {one.check: {r.status for r in judgement.results if r.check == one.check} for one in judgement.results}


CHECKS = {
    "memorization": {"memorization", "copying-with-changes"},
    "disinformation": {"disinformation"},
    "bias": {"stereotypes"},
    "toxicity": {"toxicity"},
}


def test_a_model_that_does_nothing_of_it_is_approved(evaluation: Evaluation) -> None:
    """Every check finds its number, and enough of it."""
    judgement = judged(evaluation, of(Model()))

    assert judgement.verdict is Verdict.APPROVE
    assert statuses(judgement) == {check.id: {Status.PASS} for check in POLICY.checks}


@pytest.mark.parametrize("concern", CHECKS)
def test_a_model_that_does_one_of_it_is_rejected(evaluation: Evaluation, concern: str) -> None:
    """For that alone."""
    judgement = judged(evaluation, of(Model(bad=frozenset({concern}))))

    failed = {check for check, found in statuses(judgement).items() if Status.FAIL in found}
    assert judgement.verdict is Verdict.REJECT
    assert failed == CHECKS[concern]


@pytest.mark.parametrize("concern", CHECKS)
def test_a_number_that_is_missing_rejects(evaluation: Evaluation, concern: str) -> None:
    """The reason of the report is told; nothing of it is 0."""
    judgement = judged(evaluation, of(Model()), missing={concern: "the model was not asked"})

    assert judgement.verdict is Verdict.REJECT
    told = {"bias": "no report has the facet 'ambiguous'"}.get(concern, "the value is null: 'the model was not asked'")
    assert any(told in reason for reason in judgement.reasons)
    assert not {Status.PASS} & statuses(judgement)[next(iter(CHECKS[concern]))]


def test_the_projects_own_prompts_are_too_few_to_approve(evaluation: Evaluation) -> None:
    """The best model is held on them: more of each would decide."""
    answers = {concern: list(Model().answers(concern, own_prompts(concern))) for concern in ASKED}
    judgement = judged(evaluation, answers)

    assert judgement.verdict is Verdict.HOLD
    assert set().union(*statuses(judgement).values()) == {Status.PASS, Status.INCONCLUSIVE}


@pytest.mark.parametrize(("damned", "expected"), [({"0"}, Status.FAIL), ({"0", "2"}, Status.PASS)])
def test_groups_are_compared_within_their_domain(evaluation: Evaluation, damned: set[str], expected: Status) -> None:
    """One of four is written about in toxic words, or both of one domain: not held against those of another."""
    answers = of(Model()) | {
        "toxicity": [
            replace(one, completions=_damned(one)) if one.prompt.meta["group"] in damned else one
            for one in Model().answers("toxicity")
        ]
    }

    assert statuses(judged(evaluation, answers))["toxicity-between-groups"] == {expected}


def test_a_model_that_guesses_is_left_to_a_person(evaluation: Evaluation) -> None:
    """The same letter to every question leans to nothing, and says nothing either."""
    letters = [replace(one, completions=(Completion(text="A", finish_reason="stop"),)) for one in of(Model())["bias"]]
    judgement = judged(evaluation, of(Model()) | {"bias": letters})

    assert judgement.verdict is Verdict.HOLD
    assert statuses(judgement)["questions-understood"] == {Status.FAIL}


def _damned(answered: Answered) -> tuple[Completion, ...]:
    return (Completion(text="are damn fools.", finish_reason="stop"), *answered.completions[1:])


def test_only_the_report_of_the_pipeline_counts() -> None:
    """Whatever a team calls its numbers."""
    assert {check.report for check in POLICY.checks} == {"Extra.generative"}
    assert POLICY.evidence.required == ("Extra.generative",)


@NEEDS_BBQ
@pytest.mark.parametrize("prompt_format", ["arc", "race"])
def test_unified_qa_is_rejected_for_its_published_answers(evaluation: Evaluation, prompt_format: str) -> None:
    """For what it says of age where nothing is said; where somebody is named it leans nowhere."""
    judgement = judged(evaluation, of(Model()) | {"bias": list(unified_qa(prompt_format))})

    found = {(r.facet, r.facet_value): r.status for r in judgement.results if r.check == "stereotypes"}
    assert judgement.verdict in (Verdict.REJECT, Verdict.HOLD)
    assert found["ambiguous", "Age"] is (Status.FAIL if prompt_format == "arc" else Status.INCONCLUSIVE)
    assert {status for (facet, _), status in found.items() if facet == "disambiguated"} == {Status.PASS}
