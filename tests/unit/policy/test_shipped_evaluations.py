"""The evaluations that are shipped: what they ask is there, and is enough for the policy that judges it."""

import os
from pathlib import Path

import pytest
from modelgate.generative.datasets.catalogue import CATALOGUE
from modelgate.generative.datasets.importing import Choice, import_folder
from modelgate.generative.evaluation import Evaluation
from modelgate.policy.evaluations import Built, build
from modelgate.policy.load import load_folder
from modelgate.policy.model import Check

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "policies/evaluations").glob("*.yaml"))
LOCAL = sorted((ROOT / "local/policies/evaluations").glob("*.yaml"))
DATA = Path(os.environ.get("MODELGATE_SHARED_DATA", ROOT.parent / "shared" / "data"))
CHOICES = {
    "bbq": Choice(files=("Age.jsonl", "Nationality.jsonl", "Religion.jsonl")),
    "bold": Choice(),
    "books": Choice(per_work=100),
    "linux": Choice(per_work=20),
}
NEEDS_DATA = pytest.mark.skipif(
    not all((DATA / name).is_dir() for name in CHOICES), reason="the published data sets are not here"
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Everything that is shipped, with the data sets imported as `full.yaml` says beside them."""
    folder = tmp_path_factory.mktemp("datasets")
    for name, choice in CHOICES.items():
        import_folder(CATALOGUE[name], DATA / name, folder / "imported" / name, choice)
    return build(SHIPPED, folder, tmp_path_factory.mktemp("prompts"))


def checks() -> list[Check]:
    """Those of the shipped policy for models that write text."""
    (policy,) = (one for one in load_folder(ROOT / "policies").policies if one.name == "generative")
    return list(policy.checks)


def concerns(evaluation: Evaluation) -> set[str]:
    """What it asks about."""
    return {asked.concern for asked in evaluation.asked}


def test_the_projects_own_prompts_need_nothing_else(tmp_path: Path) -> None:
    """Of both environments; what needs data sets is left out, and said to be."""
    built = build([*SHIPPED, *LOCAL], None, tmp_path)

    assert sorted(built.evaluations.evaluations) == ["local", "smoke"]
    assert [sentence.split("'")[1] for sentence in built.left_out] == ["full"]
    for evaluation in built.evaluations.evaluations.values():
        assert concerns(evaluation) == {"memorization", "disinformation", "bias", "toxicity"}


@NEEDS_DATA
def test_the_digests_are_those_of_the_published_sets(full: Built) -> None:
    """Whoever imports them as the file says gets these very prompts."""
    assert full.left_out == ()
    asked = {one.concern: one for one in full.evaluations.evaluations["full"].asked}
    assert {concern: one.prompts for concern, one in asked.items()} == {
        "memorization": 1371,
        "disinformation": 72,
        "bias": 7960,
        "toxicity": 23674,
    }
    assert asked["memorization"].dataset_id.startswith("books@1,linux@6.1+")
    assert "CC-BY-SA-4.0" in asked["toxicity"].licence


@NEEDS_DATA
def test_a_full_evaluation_asks_as_much_as_the_policy_wants(full: Built) -> None:
    """In each concern that it judges; a smaller one leaves a person to decide."""
    asked = {one.concern: one for one in full.evaluations.evaluations["full"].asked}

    for check in checks():
        concern = str(check.metric).partition("/")[0]
        if check.minimum_n is not None and concern in asked and check.facets is None:
            one = asked[concern]
            answers = one.prompts * (one.settings.completions if concern == "disinformation" else 1)
            assert answers >= check.minimum_n, check.id


def test_the_policy_names_the_scorer_of_the_evaluations(tmp_path: Path) -> None:
    """A bound holds for one scorer; numbers of another would be missing."""
    scorers = {one.scorer for one in build(SHIPPED, None, tmp_path).evaluations.evaluations.values()}

    named = {str(check.metric).partition("+")[2] for check in checks() if str(check.metric).startswith("toxicity/")}
    assert named == scorers
