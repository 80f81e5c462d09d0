"""The reciting model: it continues its text word for word, and nothing else."""

import threading

import pytest

from local.models.chat import Asked
from local.models.ngram import NgramModel

TEXT = "the cat sat on the mat\n  and the cat slept. the dog sat on the floor\nand barked at the cat."


def asked(text: str, *, tokens: int = 5, temperature: float = 0.0, seed: int | None = None) -> Asked:
    """A request of one message."""
    return Asked(
        model="ngram-x",
        messages=[{"role": "user", "content": text}],
        temperature=temperature,
        max_tokens=tokens,
        top_p=None,
        seed=seed,
        logprobs=False,
    )


def test_a_beginning_is_continued_with_the_text_itself() -> None:
    """Blanks and line ends are those of the text, and usage counts words."""
    answer = NgramModel(TEXT).answer(asked("dog sat on the"))

    assert answer.text == " floor\nand barked at the"
    assert (answer.finish_reason, answer.prompt_tokens, answer.completion_tokens) == ("length", 4, 5)


def test_the_end_of_the_text_ends_the_answer() -> None:
    """The last word has no successor."""
    answer = NgramModel(TEXT).answer(asked("floor and", tokens=50))

    assert (answer.text, answer.finish_reason) == (" barked at the cat.", "stop")


def test_the_longest_known_end_of_the_prompt_decides() -> None:
    """What the text never held before it does not matter."""
    assert NgramModel(TEXT).answer(asked("my cat sat on the", tokens=1)).text == " mat"


def test_a_prompt_of_unknown_words_gets_the_commonest_word_first() -> None:
    """Back-off ends at single words."""
    assert NgramModel(TEXT).answer(asked("quantum", tokens=1)).text.strip() == "the"


def test_a_seed_repeats_a_drawn_answer() -> None:
    """At a temperature the answer depends on the seed, and on nothing else."""
    model = NgramModel(TEXT)

    answers = [model.answer(asked("the", tokens=12, temperature=1.0, seed=seed)).text for seed in range(20)]

    assert answers == [model.answer(asked("the", tokens=12, temperature=1.0, seed=seed)).text for seed in range(20)]
    assert len(set(answers)) > 1


@pytest.mark.parametrize("temperature", [0.001, 0.5, 2.0])
def test_any_temperature_is_answered(temperature: float) -> None:
    """However it sharpens or flattens the counts."""
    assert NgramModel(TEXT).answer(asked("on the", temperature=temperature, seed=1)).completion_tokens == 5


def test_threads_share_a_model() -> None:
    """Answers at one time are those of one after the other."""
    model, answers = NgramModel(TEXT * 50), list[str]()
    threads = [threading.Thread(target=lambda: answers.append(model.answer(asked("sat on")).text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [model.answer(asked("sat on")).text] * 8


def test_an_empty_text_says_nothing() -> None:
    """Nothing was learned."""
    assert NgramModel("").answer(asked("the")).text == ""
