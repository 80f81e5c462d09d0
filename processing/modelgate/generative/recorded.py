"""Answers that were given elsewhere: a `target.Source` over a file of them, found by the id of the prompt."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import BinaryIO

from modelgate.errors import ContentError
from modelgate.generative.evaluation import Settings
from modelgate.generative.records import Answered, Prompt, line_of, lines_of, read_answers
from modelgate.generative.store import STORED_BYTES

MOST_RECORDS = 1_000_000  # a place is remembered for each; no evaluation asks as many prompts


class Recorded:
    """The answers in *file*, JSON Lines of `Answered` with the digest *digest*; of each line its place is remembered.

    *file* has to stay open and is read by one thread. Nothing is asked, so that nothing is spent. Failed calls are
    tolerated where we see them fail; here they would be a choice of prompts to leave out, so none may be recorded.

    Raises:
        ContentError: of the constructor, where a line is no answer, a prompt is answered twice, or there are more
            than `MOST_RECORDS`.
    """

    def __init__(self, file: BinaryIO, digest: str) -> None:
        self.id = f"recorded/{digest}"
        self._file = file
        self._places: dict[bytes, int] = {}
        place = 0
        file.seek(0)
        for number, line in enumerate(lines_of(file), start=1):
            if number > MOST_RECORDS:
                raise ContentError(
                    f"the recorded answers have more than {MOST_RECORDS} lines; record the evaluation's prompts alone"
                )
            prompt = _read(line, number).prompt
            if self._places.setdefault(_name(prompt), place) != place:
                raise ContentError(
                    f"line {number} of the recorded answers answers {_said(prompt)} again; keep one line"
                )
            place += len(line)

    def answers(self, prompts: Sequence[Prompt], settings: Settings) -> list[Answered]:
        """One `Answered` per prompt, in order.

        Raises:
            ContentError: a prompt has no record, or one of another prompt, with a failed call, or with
                another number of completions than is asked for, or the answers are longer than is kept of a part.
        """
        found = [self._answer(prompt, settings) for prompt in prompts]
        if sum(len(line_of(answered)) for answered in found) > STORED_BYTES:
            raise ContentError(
                f"the recorded answers to {len(found):,} prompts from {_said(prompts[0])} on have more than"
                f" {STORED_BYTES:,} bytes, which is more than is kept; record shorter ones"
            )
        return found

    def _answer(self, prompt: Prompt, settings: Settings) -> Answered:
        place = self._places.get(_name(prompt))
        if place is None:
            raise ContentError(f"the recorded answers have none for {_said(prompt)}; record every prompt")
        self._file.seek(place)
        found = _read(next(lines_of(self._file)), None)
        if found.prompt != prompt:
            raise ContentError(
                f"the recorded answer to {_said(prompt)} is to another text, or holds other meta data;"
                f" record the evaluation's prompts as they are"
            )
        if found.failed:
            raise ContentError(
                f"the recorded answer to {_said(prompt)} counts {found.failed} of its calls as failed;"
                f" record this prompt again until every call has an answer"
            )
        if (given := len(found.completions)) != settings.completions:
            raise ContentError(
                f"the recorded answer to {_said(prompt)} has {given} completions, the evaluation asks for"
                f" {settings.completions}; record exactly as many"
            )
        return Answered(
            prompt=prompt,
            completions=found.completions,
            failed=0,
            input_tokens=found.input_tokens,
        )


def _read(line: bytes, number: int | None) -> Answered:
    try:
        return next(read_answers([line]))
    except ContentError as error:
        where = "a line" if number is None else f"line {number}"
        cause = error.__cause__ or error
        raise ContentError(f"{where} of the recorded answers cannot be read ({cause}); record it again") from error


def _name(prompt: Prompt) -> bytes:
    parts = (prompt.concern, prompt.id)
    return blake2b("\0".join(parts).encode("utf-8", errors="surrogatepass"), digest_size=16).digest()


def _said(prompt: Prompt) -> str:
    return f"{prompt.id[:200]!a} of {prompt.concern[:40]!a}"
