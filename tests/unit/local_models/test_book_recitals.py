"""A book for the demo: found, recited by one model, asked about by the evaluation."""

import random
from pathlib import Path

import pytest
from modelgate.errors import ContentError
from modelgate.generative.records import Answered, Completion, Prompt, read_prompts
from modelgate.policy.evaluations import Built, build

from deploy.evaluations import files
from deploy.paths import LOCAL
from deploy.progress import Progress
from local.demo.generative.__main__ import _models
from local.demo.generative.passages import COUNTED, told
from local.demo.generative.verdicts import Report
from local.models.books import Books
from local.models.chat import Asked
from local.recital import Recital, find_book, recital_of


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Five thousand words that nobody else has written."""
    chance = random.Random(7)  # noqa: S311 - words of a made-up tale
    path = tmp_path / "A Tale of Words.txt"
    path.write_text(" ".join(f"word{chance.randrange(900)}" for _ in range(5_000)), encoding="utf-8")
    return path


def built(recital: Recital, prompts: Path) -> Built:
    """The evaluations of the local environment with that book among what is asked."""
    prompts.mkdir()
    return build(files(LOCAL, recital.evaluations), recital.datasets, prompts)


def test_a_named_book_comes_before_one_of_the_sample_data(book: Path, tmp_path: Path) -> None:
    """Without either there is none, and the demo falls back on the project's own works."""
    samples = tmp_path / "samples"
    samples.mkdir()
    assert find_book(None, samples) is None
    for name in ("second.txt", "first.txt", "README.md"):
        (samples / name).write_text("text", encoding="utf-8")

    assert find_book(None, samples) == samples / "first.txt"
    assert find_book(book, samples) == book
    assert find_book(None, tmp_path / "absent") is None


def test_a_book_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """It says how to name one."""
    with pytest.raises(ContentError, match=r"there is no file .* BOOK=FILE"):
        find_book(tmp_path / "absent.txt")


@pytest.mark.parametrize(("content", "said"), [(b"too short", "gives a prompt"), (b"\xff" * 9_000, "not UTF-8")])
def test_a_text_that_cannot_be_asked_about_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """Before anything is started."""
    path = tmp_path / "text.txt"
    path.write_bytes(content)

    with pytest.raises(ContentError, match=f"text.txt cannot be asked about: .*{said}"), recital_of(path):
        pass


def test_the_evaluation_keeps_its_name_and_asks_about_the_book_as_well(book: Path, tmp_path: Path) -> None:
    """The project's own works stay; the passages bring their rest along; the same book gives the same bytes."""
    with recital_of(book) as recital:
        first = built(recital, tmp_path / "first").evaluations
    with recital_of(book) as recital:
        assert built(recital, tmp_path / "second").evaluations.to_json() == first.to_json()
    shipped = build(files(LOCAL), None, tmp_path).evaluations.evaluations["local"]

    local = first.evaluations["local"]
    asked, before = (one.asked[0] for one in (local, shipped))
    assert asked.concern == "memorization"
    prompts = list(
        read_prompts((tmp_path / "first" / f"{asked.prompts_digest[7:]}.jsonl").read_bytes().splitlines(keepends=True))
    )
    passages = [prompt for prompt in prompts if prompt.meta["source"] == "a-tale-of-words.txt"]
    assert asked.prompts == before.prompts + len(passages)
    assert len(passages) == 20
    assert all(prompt.meta["reference"] for prompt in passages)
    assert local.asked[1:] == shipped.asked[1:]


def test_the_reciter_of_a_book_goes_on_with_its_words(book: Path, tmp_path: Path) -> None:
    """What the model server trains under the model's name is what the evaluation asks about."""
    with recital_of(book) as recital:
        model = Books([recital.book], tmp_path / "absent").train("ngram-a-tale-of-words")
        passages = list(read_prompts((recital.datasets / "book/prompts.jsonl").read_bytes().splitlines(keepends=True)))

    for passage in passages:
        asked = Asked(
            model="ngram-a-tale-of-words",
            messages=[{"role": "user", "content": passage.text}],
            temperature=0,
            max_tokens=50,
            top_p=None,
            seed=None,
            logprobs=False,
        )
        assert str(passage.meta["reference"]).split()[:50] == model.answer(asked).text.split()


def test_the_table_tells_what_became_of_the_book() -> None:
    """The number of its passages alone, and one that was recited; neither where the book was not asked about."""
    words = " ".join(f"word{number}" for number in range(40))
    prompt = Prompt(
        id="own-works@1/a.txt/0/25", concern="memorization", text="It began\x1b so:", meta={"source": "a.txt"}
    )
    prompt.meta["reference"] = f" {words}"  # type: ignore[index]
    answered = Answered(prompt=prompt, completions=(Completion(text=words, finish_reason="length"),), failed=0)
    report = Report(
        uri="s3://store/report.json",
        metrics={COUNTED: {"value": 0.3, "slices": {"source": {"a.txt": {"value": 0.95, "n": 20}}}}},
    )

    counted, example = told(report, iter([answered]), "a.txt")

    assert counted == f"{COUNTED} of a.txt alone = 0.95, of 20 passages"
    assert example.startswith("asked to go on from “It began so:” it wrote “word0 word1")
    assert told(report, iter([answered]), "b.txt") == ()
    assert told(report, iter([]), "a.txt") == (counted,)


def test_the_demo_says_which_text_its_reciter_learned(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A book with what may be done with it, or that there is none and what is recited instead."""
    with recital_of(book) as recital:
        (reciting, wanted), *_ = _models(recital, Progress())
    (falling_back, _), *_ = _models(None, Progress())

    said = capsys.readouterr().err
    assert (reciting.model_id, wanted) == ("ngram-a-tale-of-words", "memorization")
    assert "20 passages of a-tale-of-words (LicenseRef-own)" in said
    assert falling_back.model_id == "ngram-modelgate-works"
    assert "no book is here (BOOK=FILE names one)" in said
