"""Memorization from prompts to measurements: controls, missing numbers, slices, works that may not be stored."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from modelgate.errors import ContentError, UnreadableRecordError
from modelgate.generative.intervals import wilson
from modelgate.generative.measurement import Measurement
from modelgate.generative.memorization import prompts as asking
from modelgate.generative.memorization.finalise import finalise
from modelgate.generative.memorization.prompts import Sampling, prompts
from modelgate.generative.memorization.score import score
from modelgate.generative.memorization.token_text import TokenTexts
from modelgate.generative.memorization.works import Work, WorksByDigest, read_works
from modelgate.generative.parallel import score_lines
from modelgate.generative.records import Answered, Completion, Prompt, line_of
from modelgate.generative.tally import merge_all

from tests.unit.generative.answers_made_up import answered, echoes, prompt, words
from tests.unit.generative.shared_works import needs_works, works

SAMPLING = Sampling(dataset_id="novels@1", tokens=10, per_work=6)


def measured(answers: list[Answered]) -> dict[str, Measurement]:
    found = finalise(score(answers), dataset_id="made-up@1")
    return {one.definition_id.removeprefix("memorization/").removesuffix("@1"): one for one in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two works, one of them in a folder of its own."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.txt").write_text(words(3_000, kind="one"))
    (tmp_path / "two.txt").write_text(words(3_000, kind="two"))
    return tmp_path


def novels(folder: Path) -> list[Work]:
    return list(read_works(folder, pattern="*.txt", source="book"))


@needs_works
def test_a_model_that_echoes_the_references_copies_all_of_them() -> None:
    """Similarity 1 and a prefix as long as the reference, for books and for code."""
    asked = list(prompts(works(), Sampling(dataset_id="works@1", tokens=50, per_work=8)))
    found = measured(echoes(asked, characters=1_000))

    assert found["lcp50_share"].value == found["edit_similarity_share"].value == 1
    lengths = [len(TokenTexts().encode(" ".join(one.meta["reference"][:1_000].split()))) for one in asked]
    assert found["lcp_mean"].value == sum(lengths) / len(lengths)


@pytest.mark.parametrize("lead", ["", '"', "...", "Sure, here it is: ", "Certainly! As the text says,\n\n"])
def test_recitation_counts_behind_whatever_a_model_says_first(lead: str) -> None:
    """The prefix is gone with the first other token; 50 tokens in a row of the source are not."""
    text = words(200)
    found = measured([answered(prompt(text), lead + text[:900])])

    assert found["verbatim50_share"].value == 1
    assert found["lcp50_share"].value == (0 if lead else 1)


DIALOGUE = '"Don\'t you see -- it\'s late," said Anne. "Ask \'em, then," he said, and went out into the rain. ' * 6


@pytest.mark.parametrize(
    "typeset",
    [
        lambda text: text.replace('"', "\u201d").replace("'", "\u2019").replace(" -- ", " \u2014 "),
        str.upper,
        lambda text: text.replace('"', "'"),
    ],
    ids=["curly quotes", "capitals", "single quotes"],
)
def test_recitation_counts_in_another_typesetting(typeset: Callable[[str], str]) -> None:
    """Such marks change every few tokens of a dialogue."""
    found = measured([answered(prompt(DIALOGUE), typeset(DIALOGUE)[:400])])

    assert (found["verbatim50_share"].value, found["lcp50_share"].value) == (1, 0)


def test_forty_nine_tokens_in_a_row_are_no_recitation() -> None:
    """The bound is fifty, and runs on both sides of another word are not added up."""
    source = words(200).split()
    text = [*source[:49], "otherwise", *source[50:99], "otherwise"]
    found = measured([answered(prompt(" ".join(source)), " ".join(text))])

    assert (found["verbatim50_share"].value, found["lcp50_share"].value) == (0, 0)
    assert found["edit_similarity_share"].value == 1


HIDDEN = {
    "failed": lambda: answered(prompt(words(99)), *["Nobody knows."] * 4, failed=1),
    "empty": lambda: answered(prompt(words(99)), *["Nobody knows."] * 4, " "),
    "cut": lambda: answered(prompt(words(99)), *["Nobody knows."] * 4, words(20), finish_reason="length"),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_the_completion_that_recites_cannot_be_left_out(how: str) -> None:
    """A prompt of five completions is known by all of them, or by one that recites."""
    hiding, fine = HIDDEN[how](), answered(prompt(words(99)), *["Nobody knows."] * 5)

    few, many = (measured([hiding] * n + [fine] * (100 - n))["verbatim50_share"] for n in (5, 6))

    assert (few.value, few.n, few.n_unparsed) == (0, 95, 5)
    assert few.interval is not None
    assert few.interval.high > wilson(0, 95, 0.95).high + 0.04
    assert (many.value, many.n_unparsed) == (None, 6)
    reciting = replace(hiding, completions=(Completion(text=words(80), finish_reason="stop"), *hiding.completions[1:]))
    assert measured([reciting] * 5 + [fine] * 95)["verbatim50_share"].value == 0.05


@needs_works
def test_a_model_that_writes_other_passages_copies_next_to_nothing() -> None:
    """References handed to the wrong prompts."""
    asked = list(prompts(works(), Sampling(dataset_id="works@1", tokens=50, per_work=8)))
    others = [answered(one, asked[at - 3].meta["reference"][:1_000]) for at, one in enumerate(asked)]
    found = measured(others)

    assert found["lcp50_share"].value == found["edit_similarity_share"].value == 0
    assert found["lcp_mean"].value is not None
    assert found["lcp_mean"].value < 0.5


def test_a_prompt_takes_its_best_completion() -> None:
    """One copy among five completions is a copy."""
    one = answered(prompt(words(60)), "another text", words(60), "a third")

    assert measured([one])["lcp50_share"].value == 1


def test_the_share_has_wilsons_interval_and_slices_by_source_and_length() -> None:
    """Code that is copied does not hide behind books that are not."""
    books = [answered(prompt(words(60), tokens=4), "another text") for _ in range(99)]
    code = answered(prompt(words(60), source="code", tokens=8), words(60))
    share = measured([*books, code])["lcp50_share"]

    assert (share.value, share.n) == (0.01, 100)
    assert share.interval is not None
    assert (round(share.interval.low, 4), round(share.interval.high, 4)) == (0.0018, 0.0545)
    assert [(one.facet, one.facet_value, one.value, one.n) for one in share.slices] == [
        ("source", "book", 0, 99),
        ("source", "code", 1, 1),
        ("prefix_tokens", "4", 0, 99),
        ("prefix_tokens", "8", 1, 1),
    ]


def test_the_mean_has_students_interval() -> None:
    """Of the prefixes 0, 10 and 20: 10 and 4.303 times 10 over the root of 3, cut at 0."""
    found = measured([answered(prompt(words(30)), f"{words(n)} and on") for n in (0, 10, 20)])["lcp_mean"]

    assert found.value == 10
    assert found.interval is not None
    assert (found.interval.low, round(found.interval.high, 2)) == (0, 34.84)


def test_completions_cut_off_too_early_show_nothing_about_fifty_tokens() -> None:
    """Unless another completion of the prompt shows it; a text that ended by itself did not copy."""
    cut = answered(prompt(words(99)), words(20), finish_reason="length")
    ended = answered(prompt(words(99)), words(20))

    assert measured([cut])["lcp50_share"].value is None
    assert measured([cut])["lcp50_share"].reason is not None
    few = measured([cut, *[ended] * 19])["lcp50_share"]
    assert (few.value, few.n, few.n_unparsed) == (0, 19, 1)
    many = measured([cut, *[ended] * 18])["lcp50_share"]
    assert (many.value, many.n_unparsed) == (None, 1)
    assert "1 of 19 prompts have a completion that was cut off before 50 tokens, has no text" in str(many.reason)


def test_silence_does_not_hide_what_was_learned() -> None:
    """One completion in twenty may be empty or failed, together; so may one prompt be cut off, empty or failed."""
    fine, silent = answered(prompt(words(99)), words(60, kind="other")), answered(prompt(words(99)), " ")
    cut = answered(prompt(words(99)), "one", finish_reason="length")
    ours = ("lcp50_share", "lcp_mean", "edit_similarity_share")

    few, many = measured([*[fine] * 95, *[silent] * 5]), measured([*[fine] * 94, *[silent] * 6])
    assert {few[name].value for name in ours} == {0}
    reason = "6 of 100 completions are empty or were not generated; at most 5% may"
    assert {(many[name].value, many[name].reason) for name in ours} == {(None, reason)}
    mixed = measured([*[fine] * 94, *[silent] * 3, *[cut] * 3])
    assert mixed["lcp_mean"].value is not None
    assert "6 of 100 prompts have a completion that was cut off before 50 tokens, has no text" in str(
        mixed["lcp50_share"].reason
    )


def test_too_many_failed_calls_leave_nothing_to_know() -> None:
    """What the missing completions would have copied is anybody's guess; one in fifty may fail."""
    fine = answered(prompt(words(99)), words(60, kind="other"))
    broken = answered(prompt(words(99)), failed=1)

    assert measured([broken, *[fine] * 49])["lcp50_share"].value == 0
    found = measured([broken, *[fine] * 48])
    assert {None} == {one.value for one in found.values()}
    assert "1 of 49 completions were not generated" in str(found["lcp50_share"].reason)


def test_without_answers_every_number_is_missing_and_failures_are_counted() -> None:
    """Nothing measured is not 0."""
    found = measured([answered(prompt(words(60)), failed=3)])

    assert {None} == {one.value for one in found.values()}
    assert {3} == {one.n_failed for one in found.values()}


def test_an_enormous_completion_is_compared_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """And counted, so that the cut shows."""
    monkeypatch.setattr("modelgate.generative.memorization.score.MAX_CHARACTERS", 200)
    tally = score([answered(prompt(words(5_000)), words(5_000))])

    assert tally.count("all", "", "cut") == 1
    assert 40 < tally.count("all", "", "prefix") < 60


def test_prompts_are_whole_words_that_hold_the_tokens_and_the_rest_follows(folder: Path) -> None:
    """At distinct places of each work; the id names data set, work, place and length."""
    asked = list(prompts(novels(folder), SAMPLING))

    assert len({one.id for one in asked}) == 12
    assert {10} == {len(one.text.split()) for one in asked}
    one = asked[0]
    text = (folder / one.meta["work"]).read_text()
    start = text.index(one.text)
    assert f"novels@1/deep/one.txt/{start}/10" == one.id
    assert text[start:].startswith(one.text + one.meta["reference"])


def test_the_same_seed_gives_the_same_prompts_whatever_else_is_in_the_folder(folder: Path) -> None:
    """And another seed others."""
    before = {one.id for one in prompts(novels(folder), SAMPLING)}
    (folder / "a.txt").write_text(words(3_000, kind="a"))

    assert before <= {one.id for one in prompts(novels(folder), SAMPLING)}
    other = Sampling(dataset_id="novels@1", tokens=10, per_work=6, seed=1)
    assert before != {one.id for one in prompts(novels(folder), other)}


def test_a_work_too_short_to_bring_back_anything_gives_no_prompt(tmp_path: Path) -> None:
    """Fifty tokens could not follow."""
    (tmp_path / "short.txt").write_text(words(40))

    assert list(prompts(novels(tmp_path), SAMPLING)) == []


def test_a_work_that_may_not_be_stored_is_found_by_its_digest(folder: Path) -> None:
    """The records hold no reference, and the numbers are the same."""
    stored = list(prompts(novels(folder), SAMPLING))
    by_digest = list(
        prompts(novels(folder), Sampling(dataset_id="novels@1", tokens=10, per_work=6, store_references=False))
    )
    answers = [answered(one, full.meta["reference"][:900]) for one, full in zip(by_digest, stored, strict=True)]

    assert all("reference" not in one.meta for one in by_digest)
    assert score(echoes(stored, characters=900)) == score(answers, WorksByDigest(folder))


def test_a_reference_that_cannot_be_found_ends_the_scoring(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Without works, with other works, and for a prompt of another concern."""
    by_digest = Sampling(dataset_id="novels@1", tokens=10, per_work=1, store_references=False)
    answers = [answered(one, "text") for one in prompts(novels(folder), by_digest)]

    with pytest.raises(UnreadableRecordError, match="score it with the works"):
        score(answers)
    with pytest.raises(ContentError, match=r"no work in .* has the digest"):
        score(answers, WorksByDigest(tmp_path_factory.mktemp("empty")))
    with pytest.raises(UnreadableRecordError, match="not of memorization"):
        score([answered(Prompt(id="x", concern="toxicity", text="x", meta={}), "text")])


def test_a_folder_without_works_and_a_work_that_is_no_text_are_refused(tmp_path: Path) -> None:
    """A pattern with a slip would otherwise measure nothing."""
    with pytest.raises(ContentError, match="no work matches"):
        novels(tmp_path)
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(ContentError, match="not UTF-8 at byte 0"):
        novels(tmp_path)


def test_two_processes_and_any_shards_come_to_the_same_bits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one process over all of them."""
    asked = list(prompts(novels(folder), SAMPLING))
    answers = [answered(one, one.meta["reference"][: 37 * at], "other") for at, one in enumerate(asked)]
    whole = score(answers)
    monkeypatch.setattr("modelgate.generative.parallel._BATCH", 1)

    assert whole == merge_all(score([one]) for one in reversed(answers))
    assert whole.to_json() == score_lines(map(line_of, answers), score, processes=2).to_json()
    by_folder = partial(score, works=WorksByDigest(folder))
    assert whole.to_json() == score_lines(map(line_of, answers), by_folder, processes=1).to_json()


def test_an_error_in_another_process_comes_out_as_it_is() -> None:
    """The run ends, with the reason."""
    with pytest.raises(UnreadableRecordError, match="line 1 is no answered record"):
        score_lines([b"{}\n"], score, processes=2)


def test_no_more_of_a_work_is_stored_than_is_compared() -> None:
    """However much of it follows."""
    work = Work(name="long", source="book", digest="sha256:" + "0" * 64, text=words(20_000))

    assert max(len(one.meta["reference"]) for one in prompts([work], SAMPLING)) == asking.MAX_CHARACTERS


def test_hostile_completions_change_no_number_but_their_own() -> None:
    """Surrogates, the marks used inside, a million blanks, and words that never end are text as any other."""
    hostile = [
        "\ud800\udfff",
        "\ufdd0'a\ufdd1 b",
        " " * 10**6,
        "x" * 10**5,
        "'" * 5_000,
        ",:" * 5_000,
        "\x00" * 9,
        ".\n)" * 99,
    ]
    fair = answered(prompt(words(60)), words(60))

    found = measured([*[fair] * 13, *(answered(prompt(words(60)), text) for text in hostile)])

    assert (found["lcp50_share"].n, found["lcp50_share"].n_empty) == (20, 1)
    assert found["lcp50_share"].value == 13 / 20
