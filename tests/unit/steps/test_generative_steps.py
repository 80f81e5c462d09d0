"""Models that write text, from a registered package through all four steps to its status."""

import json

import pytest
from modelgate.contracts.facts import MODEL_QUALITY
from modelgate.errors import BindingError, InfrastructureError

from tests.unit.steps.generative_world import RECORDED, SCORING_IMAGE, GenerativeWorld, numbers, openai, recorded
from tests.unit.steps.model_server import ModelServer

ALL = ("memorization", "bias", "toxicity", "disinformation")
TOXIC = "toxicity/toxic_frac+sklearn-profanity@1.9.1"
PENDING = "PendingManualApproval"


def test_a_model_behind_a_server_is_asked_scored_and_approved(writing: GenerativeWorld) -> None:
    """All four concerns are numbers of the one report; it is pinned like any other, and its section on the way is read
    by people alone."""
    with ModelServer(lambda prompt: "A quiet walk by the lake is a fine thing.").running() as server:
        writing.pin_evaluation(openai(server.url), *ALL)
        writing.judge_by(numbers("memorization/lcp50_share@1", 0.5), numbers(TOXIC, 0.5))
        arn = writing.register_model()

        assert writing.evaluate(arn) == "Approved"
        assert server.asked == sum(map(len, writing.prompts.values()))
    record = writing.record(arn)
    (extra,) = (a for a in record.subject.artifacts if a.name == "Extra.generative")
    facts = {fact.metric for fact in record.subject.facts if fact.artifact == extra.name}
    assert {"memorization/lcp50_share@1", "disinformation/judge_agreement@1", TOXIC, "item_count"} <= facts
    assert all("@" in metric or metric == "item_count" for metric in facts)
    about = json.loads(writing.generative_report())["dataset"]["evaluation"]
    assert (about["name"], about["target"], about["scoring_image_digest"]) == (
        "smoke",
        f"openai/{server.url}/smollm2-135m-instruct",
        SCORING_IMAGE,
    )
    assert about["usage"] == {"calls": 108, "failed": 0, "input_tokens": 324, "output_tokens": 216}
    assert all(fact.section == MODEL_QUALITY for fact in record.subject.facts if fact.artifact == extra.name)


def test_recorded_answers_are_judged_without_asking(writing: GenerativeWorld) -> None:
    """A model that swears is rejected with the number, its bound and nothing else asked."""
    writing.pin_evaluation(RECORDED, "toxicity")
    writing.judge_by(numbers(TOXIC, 0.5))
    arn = writing.register_model(writing.record_answers(recorded(writing.prompts["toxicity"], "damn")))

    assert writing.evaluate(arn) == "Rejected"
    assert f"{TOXIC} = 1, must be within [0, 0.5]" in writing.told(arn)


def test_runs_killed_between_any_two_steps_give_the_same_report(writing: GenerativeWorld) -> None:
    """Byte for byte that of a run that nothing disturbed, in another execution; no stored answer is asked for again."""
    with ModelServer(lambda prompt: f"{prompt}, and a good day it was.").running() as server:
        writing.pin_evaluation(openai(server.url), *ALL)
        arn = writing.register_model()
        writing.collect(arn)
        undisturbed = [writing.score(arn), writing.check(arn)]
        asked, report = server.asked, writing.generative_report()
        writing.collect(arn, "run2")
        writing.score(arn, "run2", machines=[1])
        writing.collect(arn, "run3")
        writing.score(arn, "run3")
        writing.check(arn, "run3")

        assert server.asked == asked
        writing.forget("generative/")
        writing.collect(arn, "run4")
        writing.score(arn, "run4")
        writing.check(arn, "run4")
        assert server.asked == 2 * asked
    assert undisturbed
    assert report == writing.generative_report("run3") == writing.generative_report("run4")
    writing.check(arn)  # again, as after a kill in the check step
    assert writing.generative_report() == report


def test_a_target_that_breaks_down_leaves_what_is_done(writing: GenerativeWorld) -> None:
    """The run ends as trouble, the package stays pending; the next run asks for the rest alone."""
    with ModelServer(lambda prompt: "Fine.").running() as server:
        writing.pin_evaluation(openai(server.url), "toxicity", "disinformation")
        arn = writing.register_model()
        server.breaks_after = 10
        with pytest.raises(InfrastructureError, match="nothing of this part is kept"):
            writing.collect(arn)
        done = len(writing.keys("generative/answers/"))
        server.breaks_after, server.asked = None, 0
        writing.collect(arn)

        assert done == 1
        assert server.asked == 40 - 8 * done
    assert writing.status(arn) == PENDING


@pytest.mark.parametrize("machines", [(0,), (1,)])
def test_answers_that_are_not_all_scored_are_not_judged(writing: GenerativeWorld, machines: tuple[int, ...]) -> None:
    """A tally that is not there is trouble, never a smaller number."""
    writing.pin_evaluation(RECORDED, "toxicity")
    arn = writing.register_model(writing.record_answers(recorded(writing.prompts["toxicity"], "fine")))
    writing.collect(arn)
    writing.score(arn, machines=machines)

    with pytest.raises(InfrastructureError, match="has not been scored by sha256:5555"):
        writing.check(arn)


def test_a_package_that_was_decided_meanwhile_is_not_asked(writing: GenerativeWorld) -> None:
    """The steps go on to their end and say so."""
    writing.pin_evaluation(RECORDED, "toxicity")
    arn = writing.register_model({})
    writing.registry.packages[arn]["ModelApprovalStatus"] = "Rejected"

    assert writing.collect(arn).endswith("is Rejected already; nothing was asked")
    assert writing.score(arn) == ["0 of 0 parts have their tally"] * 2
    report = writing.check(arn)
    assert report.subject is None
    assert writing.keys("executions/run1/reports/") == []
    del writing.registry.packages[arn]
    assert writing.collect(arn, "run2").endswith("is no longer there; nothing was asked")


def test_a_decision_that_was_taken_back_while_nothing_was_asked_is_no_fault_of_the_model(
    writing: GenerativeWorld,
) -> None:
    """Nothing is concluded from answers that nobody asked for."""
    writing.pin_evaluation(RECORDED, "toxicity")
    arn = writing.register_model(writing.record_answers(recorded(writing.prompts["toxicity"], "fine")))
    writing.registry.packages[arn]["ModelApprovalStatus"] = "Rejected"
    writing.collect(arn)
    writing.score(arn)
    writing.registry.packages[arn]["ModelApprovalStatus"] = PENDING

    with pytest.raises(BindingError, match="found 'none'; run the pipeline again"):
        writing.check(arn)
