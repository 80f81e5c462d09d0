"""What does not belong together is refused with a sentence: collections, parts, tallies, images, groups and reports."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from modelgate.contracts.layout import ANSWERS, EVALUATIONS_KEY, GENERATIVE, TALLIES, extra_report_key, prompts_key
from modelgate.contracts.results import Verdict
from modelgate.errors import BindingError, ContentError, PinError
from modelgate.generative.collection import Collection, Part
from modelgate.generative.evaluation import Evaluations
from modelgate.generative.records import line_of
from modelgate.generative.tally import Tally
from modelgate.steps.arguments import Arguments

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.generative_world import RECORDED, GenerativeWorld, numbers, prompts_of, recorded
from tests.unit.steps.policies_made_up import changed, check_of, no_worse
from tests.unit.steps.test_sample_defects_in_steps import argv

TOXIC = "toxicity/toxic_frac+sklearn-profanity@1.9.1"
DIGEST = "sha256:" + "7" * 64


@pytest.fixture
def arn(writing: GenerativeWorld) -> str:
    """A package whose recorded answers are collected and scored."""
    writing.pin_evaluation(RECORDED, "toxicity")
    arn = writing.register_model(writing.record_answers(recorded(writing.prompts["toxicity"], "fine")))
    writing.collect(arn)
    writing.score(arn)
    return arn


def first(collection: Collection, **changes: object) -> Collection:
    """*collection* with its first part changed."""
    part, *rest = collection.parts
    return replace(collection, parts=(replace(part, **changes), *rest))  # type: ignore[arg-type]


def model(collection: Collection, **changes: str) -> Collection:
    """*collection* of another model."""
    return replace(collection, model=replace(collection.model, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("forge", "sentence"),
    [
        (lambda c: model(c, package_arn=c.model.package_arn[:-1] + "2"), "package_arn is"),
        (lambda c: model(c, registration=DIGEST), "registration is"),
        (lambda c: model(c, creation_time="2020-01-01T00:00:00+00:00"), "creation_time is"),
        (lambda c: model(c, target="recorded/" + DIGEST), "target is"),
        (lambda c: replace(c, evaluation="easy"), "evaluation is"),
        (lambda c: replace(c, evaluation_digest=DIGEST), "evaluation_digest is"),
        (lambda c: first(c, key="7" * 64), "other parts of toxicity than the evaluation asks"),
        (lambda c: first(c, prompts=7), "other parts of toxicity than the evaluation asks"),
        (lambda c: first(c, concern="bias"), "other parts of toxicity than the evaluation asks"),
        (lambda c: first(c, dataset_id="easier@1"), "other parts of toxicity than the evaluation asks"),
        (lambda c: replace(c, parts=c.parts[1:]), "other parts of toxicity than the evaluation asks"),
        (lambda c: replace(c, parts=c.parts[:-1]), "found 'none'"),
        (lambda c: replace(c, parts=()), "found 'none'"),
        (lambda c: replace(c, parts=(*c.parts, c.parts[0])), "which the evaluation does not ask"),
    ],
)
def test_a_collection_of_something_else_is_refused(
    writing: GenerativeWorld, arn: str, forge: Callable[[Collection], Collection], sentence: str
) -> None:
    """Every field that follows from package and evaluation is computed again."""
    writing.put_collection(forge(writing.collection()))

    with pytest.raises(BindingError, match=sentence):
        writing.check(arn)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"schema": "modelgate/collection/v9"}'])
def test_what_is_no_collection_is_refused(writing: GenerativeWorld, arn: str, body: bytes) -> None:
    """Nothing is taken for an empty one."""
    writing.put("executions/run1/answers/collection.json", body)

    with pytest.raises(BindingError, match="the collection"):
        writing.check(arn)


def edited(tally: Tally, **counts: int) -> Tally:
    """*tally* with every count of those names changed by a number."""
    return replace(tally, counts={k: n + counts.get(k[-1], 0) for k, n in tally.counts.items()})


@pytest.mark.parametrize(
    ("forge", "sentence"),
    [
        (lambda t: replace(t, shards=frozenset({"7" * 64})), "is that of other shards"),
        (lambda t: replace(t, shards=t.shards | {"7" * 64}), "is that of other shards"),
        (lambda t: edited(t, asked=1), "counts 10 completions, the part has 8"),
        (lambda t: edited(t, asked=-1), "counts 6 completions, the part has 8"),
        (lambda t: replace(t, counts={}, sums={("gender", "0", "maximum"): Fraction(1)}), "counts 0 completions"),
    ],
)
def test_a_tally_of_other_answers_is_refused(
    writing: GenerativeWorld, arn: str, forge: Callable[[Tally], Tally], sentence: str
) -> None:
    """By its shard and by how many completions it counts."""
    part = writing.collection().parts[0]
    (key,) = [key for key in writing.keys(TALLIES) if part.key in writing.object(key).decode()]
    writing.put(key, forge(Tally.from_json(writing.object(key))).to_json())

    with pytest.raises(BindingError, match=sentence):
        writing.check(arn)


def test_bytes_that_are_no_tally_are_refused(writing: GenerativeWorld, arn: str) -> None:
    """And so is one in another form than this project writes."""
    key = writing.keys(TALLIES)[0]
    tally = writing.object(key)
    for body in (b"", b"{}", tally + b" ", json.dumps(json.loads(tally)).encode()):
        writing.put(key, body)
        with pytest.raises(BindingError, match="cannot be read: it is no tally"):
            writing.check(arn)


def test_tallies_of_another_scoring_image_do_not_count(writing: GenerativeWorld, arn: str) -> None:
    """Their keys are others, so that there are none."""
    arguments = replace(writing.arguments(arn), scoring_image_digest=DIGEST)

    with pytest.raises(Exception, match=f"has not been scored by {DIGEST}"):
        writing.check_with(arguments)


def test_a_file_that_is_not_what_was_collected_is_not_scored(writing: GenerativeWorld, arn: str) -> None:
    """Another file, a changed one, and a missing one where a single machine has them all."""
    writing.forget(TALLIES)
    folder = writing.given("run1", 0)
    (whole, *_) = folder.iterdir()
    body = whole.read_bytes()
    whole.write_bytes(body.replace(b"fine", b"mild"))
    with pytest.raises(BindingError, match="has not the answers that were collected"):
        writing.score(arn)
    whole.write_bytes(body)
    (folder / ("7" * 64 + ".jsonl")).write_bytes(body)
    with pytest.raises(BindingError, match="was not collected"):
        writing.score(arn)
    (folder / ("7" * 64 + ".jsonl")).unlink()
    with pytest.raises(BindingError, match="is not among the answers"):
        writing.score_with(arn, folder, machines=1)


def test_a_collection_of_another_package_is_not_scored(writing: GenerativeWorld, arn: str) -> None:
    """The score step asks the registry nothing, so it knows the package by its arguments."""
    writing.put_collection(model(writing.collection(), package_arn=arn[:-1] + "2"))

    with pytest.raises(BindingError, match="the collection is about"):
        writing.score(arn)


def test_stored_answers_that_somebody_changed_are_not_collected(writing: GenerativeWorld, arn: str) -> None:
    """A part is what its key says, or nothing is collected."""
    key = writing.keys(ANSWERS)[0]
    writing.put(key, recorded(prompts_of("toxicity")[10:18], "fine"))

    with pytest.raises(BindingError, match="does not hold the answers to these prompts"):
        writing.collect(arn, "run2")


def test_another_report_in_the_place_of_the_pipelines_own_is_refused(writing: GenerativeWorld, arn: str) -> None:
    """Whoever wrote it."""
    writing.put(extra_report_key("run1", GENERATIVE), b'{"generative_metrics": {}}')

    with pytest.raises(BindingError, match="is another report than the answers give"):
        writing.check(arn)


def test_a_report_that_is_replaced_after_the_check_changes_nothing(writing: GenerativeWorld, arn: str) -> None:
    """The update step reads the version that was judged; without it nothing is decided."""
    writing.judge_by(numbers(TOXIC, 0.5))
    report = writing.check(arn)
    writing.put(extra_report_key("run1", GENERATIVE), b"{}")
    writing.update(arn, report)

    assert writing.status(arn) == "Approved"


def test_a_group_with_an_evaluation_is_not_judged_by_the_plain_pipeline(writing: GenerativeWorld, arn: str) -> None:
    """Neither checked nor updated, whatever a report says; nor is a plain group by the generative one."""
    report = writing.check(arn)
    digest, writing.evaluations_digest = writing.evaluations_digest, None
    with pytest.raises(BindingError, match="this pipeline evaluates nothing"):
        writing.check(arn)
    with pytest.raises(BindingError, match="this pipeline evaluates nothing"):
        writing.update(arn, report)
    writing.evaluations_digest = digest
    writing.pin_gate({"policy": "credit"})
    with pytest.raises(BindingError, match="names no evaluation"):
        writing.check(arn)


def test_an_evaluation_that_is_not_pinned_or_not_known_is_refused(writing: GenerativeWorld, arn: str) -> None:
    """A wrong pin, a name that the document lacks, a concern that nobody evaluates."""
    writing.pin_gate({"policy": "credit"}, evaluation="full")
    with pytest.raises(PinError, match="do not hold 'full'"):
        writing.check(arn)
    writing.pin_gate({"policy": "credit"}, evaluation="smoke")
    made = writing.evaluation
    assert made is not None
    for asked in ((replace(made.asked[0], concern="robustness"),), made.asked * 2, ()):
        body = Evaluations(evaluations={"smoke": replace(made, asked=asked)}).to_json()
        writing.pin_evaluations(body)
        with pytest.raises(PinError, match="may be asked once"):
            writing.check(arn)
    writing.s3.put_object(Bucket="gate-artifacts", Key=EVALUATIONS_KEY, Body=b"{}")
    writing.evaluations_digest = DIGEST
    with pytest.raises(PinError, match=f"has the digest {DIGEST}"):
        writing.check(arn)


def test_prompts_that_are_not_those_pinned_are_refused_before_anything_is_asked(writing: GenerativeWorld) -> None:
    """Other bytes, another concern, or what cannot be scored: works by digest need a folder that no pipeline has."""
    (prompt, *_) = prompts_of("memorization")
    by_digest = replace(prompt, meta={"digest": DIGEST, "end": 3, "source": "book", "prefix_tokens": 4})
    cases = {
        "memorization": ([by_digest], "names its work by digest only; score it with the works"),
        "bias": (prompts_of("toxicity"), "is of 'toxicity', or comes twice"),
        "toxicity": (prompts_of("toxicity")[:1] * 2, "is of 'toxicity', or comes twice"),
        "disinformation": (
            [replace(prompt, concern="disinformation", meta={})],
            "prompt 'made-up@1/memorization/0' names no claim",
        ),
    }
    for concern, (prompts, sentence) in cases.items():
        writing.prompts = {concern: prompts}
        writing.pin_prompts(RECORDED)
        arn = writing.register_model(writing.record_answers(b""))
        with pytest.raises(PinError, match=sentence):
            writing.collect(arn)
    writing.put(prompts_key("smoke", "disinformation"), b"".join(map(line_of, prompts_of("disinformation"))))
    writing.forget_versions(prompts_key("smoke", "disinformation"))
    with pytest.raises(PinError, match="no version of s3://gate-artifacts/pinned/prompts/smoke/disinformation"):
        writing.collect(arn)


def test_what_a_team_measured_itself_is_no_fact_of_an_evaluated_group(writing: GenerativeWorld, arn: str) -> None:
    """Not under a definition of ours in any section, not in our section under any name; what else it reports counts."""
    ours = {"value": 0.0, "n": 100_000}
    quality = made_up.quality() | {"generative_metrics": {TOXIC: ours, "kindness": ours}, "mine": {TOXIC: ours}}
    writing.pin_policies(changed(checks=(replace(numbers(TOXIC, 0.5), report=None), check_of("auc"))[:1]))
    environment = writing.record_answers(recorded(writing.prompts["toxicity"], "damn"))
    arn = writing.register_model(environment, version=2, reports={"quality.json": quality})

    assert writing.evaluate(arn, "run2") == "Rejected"
    facts = writing.record(arn, "run2").subject.facts
    assert {fact.artifact for fact in facts if fact.metric == TOXIC} == {"Extra.generative"}
    assert "kindness" not in {fact.metric for fact in facts}
    assert "auc" in {fact.metric for fact in facts}


def test_a_check_report_with_a_teams_own_number_is_not_applied(writing: GenerativeWorld, arn: str) -> None:
    """Whoever forges a check report cannot bring it back."""
    report = writing.check(arn)
    assert report.subject is not None
    (fact, *_) = [fact for fact in report.subject.facts if fact.metric == TOXIC]
    (other, *_) = [fact for fact in report.subject.facts if fact.artifact == "ModelQuality.Statistics"]
    forged = replace(report.subject, facts=(*report.subject.facts, replace(fact, artifact=other.artifact)))

    with pytest.raises(BindingError, match="from the team, which the gate measures"):
        writing.update(arn, replace(report, subject=forged))


def test_the_arguments_of_an_evaluation_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them or none; each a digest."""
    monkeypatch.delenv("MODELGATE_RUNTIME", raising=False)
    digests = ["--evaluations-digest", DIGEST, "--scoring-image-digest", DIGEST]
    whole = [*argv(), *digests, "--extra-report", GENERATIVE]

    assert Arguments.parse("check", "", whole).evaluations_digest == DIGEST
    for lacking in (whole[:-2], [*argv(), *digests[:2], *whole[-2:]], [*argv(), *whole[-2:]]):
        with pytest.raises(BindingError, match="the step's arguments lack"):
            Arguments.parse("check", "", lacking)
    with pytest.raises(BindingError, match="--evaluations-digest is 'smoke'"):
        Arguments.parse("check", "", [*argv(), "--evaluations-digest", "smoke", *whole[-4:]])


def test_the_evaluations_are_kept_with_the_decision(writing: GenerativeWorld, arn: str) -> None:
    """Beside gate document, bundle and keys."""
    writing.judge_by(numbers(TOXIC, 0.5))
    report = writing.check(arn)
    assert report.judgement is not None
    assert report.judgement.verdict is Verdict.APPROVE
    writing.update(arn, report)
    kept = writing.evidence.read(f"pinned/{str(writing.evaluations_digest)[7:]}.json", max_bytes=1_000_000)

    assert kept is not None
    assert Evaluations.from_json(kept.data).evaluations["smoke"] == writing.evaluation


def test_parts_of_no_concern_that_is_asked_have_no_tally() -> None:
    """A part from elsewhere stops the conclusion."""
    with pytest.raises(ContentError, match="cannot say that none"):
        Collection(
            evaluation="smoke",
            evaluation_digest=DIGEST,
            model=None,  # type: ignore[arg-type]
            parts=(Part(key="k", concern="bias", dataset_id="d", answers_digest=DIGEST, prompts=1, failed=0,
                        input_tokens=0, output_tokens=0),),
            fault="nothing",
        )  # fmt: skip


def test_what_a_team_measured_before_the_gate_did_is_nothing_to_compare_with(writing: GenerativeWorld) -> None:
    """An approved version from before the evaluation has no number of ours."""
    writing.pin_policies(changed(checks=(replace(no_worse(), kind="metric", metric=TOXIC, report=None),)))
    quality = made_up.quality() | {"generative_metrics": {TOXIC: {"value": 0.9, "n": 100}}}
    before = writing.register(version=1, reports={"quality.json": quality})
    assert writing.run(before, "run0") == "Approved"
    assert TOXIC in {fact.metric for fact in writing.record(before, "run0").subject.facts}

    writing.pin_evaluation(RECORDED, "toxicity")
    environment = writing.record_answers(recorded(writing.prompts["toxicity"], "fine"))
    arn = writing.register_model(environment, version=2)
    writing.evaluate(arn)
    (prior,) = writing.record(arn).subject.history
    assert (prior.version, prior.facts) == (1, ())
