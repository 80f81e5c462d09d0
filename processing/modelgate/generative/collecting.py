"""Collect the answers that an evaluation asks of a model: part by part, none asked for that is stored already.

Everything a collection says is read from the stored lines, so a run that was killed and resumed gives the same bytes.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from modelgate.contracts.digests import sha256_of
from modelgate.errors import BindingError, BudgetSpentError, ContentError, InfrastructureError, PinError
from modelgate.generative.budget import Spending
from modelgate.generative.collection import Collection, Model, Part, parts_of
from modelgate.generative.cost import planned
from modelgate.generative.evaluation import Asked, Evaluation, Pace
from modelgate.generative.records import LINE_LIMITS, Answered, Prompt, line_of, lines_of, read_answers, read_prompts
from modelgate.generative.store import STORED_BYTES, Store
from modelgate.generative.target import Source
from modelgate.generative.usage import Usage, usage_of

_ESCAPED = 3  # bytes of a record for a byte of an answer, at most: six for a character of two
_ANSWERED = STORED_BYTES * 3 // 4  # of a stored part; the rest is for prompts, numbers and names

LinesOf = Callable[[Asked], Iterable[bytes]]


def answers_key(part: str) -> str:
    """The key in the store of the answers of the part with the key *part*."""
    return f"{part}.jsonl"


def require_prompts(asked: Asked, lines: Iterable[bytes]) -> None:
    """Refuse prompts that are not those the evaluation pins: another digest, number or concern (PinError)."""
    digest, number = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        number += 1
    if (found := f"sha256:{digest.hexdigest()}") != asked.prompts_digest or number != asked.prompts:
        raise PinError(
            f"the prompts of {asked.concern} are {number} lines with the digest {found}, the evaluation pins"
            f" {asked.prompts} with {asked.prompts_digest}; build the evaluations and apply the governance root again"
        )


def fits_record(asked: Asked, answer_bytes: int) -> bool:
    """Whether what is answered can be kept: one line holds a prompt and all answers to it, escaped."""
    return _ESCAPED * answer_bytes * asked.settings.completions <= LINE_LIMITS.size // 2


def most_in_part(asked: Asked, answer_bytes: int) -> int:
    """How many prompts a part can have at most, so that all answers to them can be kept; escaped, as above."""
    return _ANSWERED // (_ESCAPED * answer_bytes * asked.settings.completions)


def fits_part(asked: Asked, answer_bytes: int) -> bool:
    """Whether the largest part can be kept: what cannot would be paid for at every attempt, and lost."""
    return min(asked.part_size, asked.prompts) <= most_in_part(asked, answer_bytes)


def collect(
    evaluation: Evaluation,
    model: Model,
    prompt_lines_of: LinesOf,
    source: Source,
    store: Store,
    spending: Spending,
    say: Callable[[str], None],
) -> Collection:
    """Have every answer, stored or asked for now; one part at a time is in memory.

    *prompt_lines_of* is called twice for each concern, to read the lines of its prompts. *spending* is the one that
    *source* counts in; what is stored is counted here. *say* takes a sentence after every part.

    Raises:
        PinError: the prompts are not those the evaluation pins, or its answers may be too large to be kept.
        BindingError: a stored part is not what its key says.
        BudgetSpentError: the evaluation asks for more than its budget; parts that are done stay.
        InfrastructureError: source or store did not do their part; parts that are done stay.
        Others as of *source*.
    """
    _require_room(evaluation)
    for asked in evaluation.asked:
        _require_records(asked, evaluation.target.pace.answer_bytes)
        require_prompts(asked, prompt_lines_of(asked))
    pace = evaluation.target.pace
    collecting = _Collecting(model=model, pace=pace, source=source, store=store, spending=spending, say=say)
    parts = [part for asked in evaluation.asked for part in collecting.concern(asked, prompt_lines_of(asked))]
    return Collection(evaluation=evaluation.name, evaluation_digest=evaluation.digest, model=model, parts=tuple(parts))


def _require_room(evaluation: Evaluation) -> None:
    calls = planned(evaluation.asked).calls
    if calls > evaluation.budget.calls:
        raise BudgetSpentError(
            f"evaluation {evaluation.name} makes {calls:,} calls even if none is repeated, its budget is"
            f" {evaluation.budget.calls:,} calls; nothing was asked, raise the budget or ask less"
        )


def _require_records(asked: Asked, answer_bytes: int) -> None:
    if not fits_record(asked, answer_bytes):
        raise PinError(
            f"{asked.settings.completions} answers of {answer_bytes:,} bytes to one prompt of {asked.concern} do not"
            f" fit a record; lower answer_bytes or completions of the evaluation"
        )
    if not fits_part(asked, answer_bytes):
        raise PinError(
            f"the answers of {answer_bytes:,} bytes to {asked.part_size:,} prompts of {asked.concern} do not fit what"
            f" is kept of a part; lower part_size of the evaluation to {most_in_part(asked, answer_bytes)}, or"
            f" answer_bytes"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Collecting:
    model: Model
    pace: Pace
    source: Source
    store: Store
    spending: Spending
    say: Callable[[str], None]

    def concern(self, asked: Asked, lines: Iterable[bytes]) -> Iterator[Part]:
        total, done = Usage(), 0
        for key, chunk in parts_of(self.model, asked, self.pace, lines):
            part, used = self._part(asked, key, chunk)
            total, done = total + used, done + len(chunk)
            self.say(
                f"{asked.concern}: {done:,} of {asked.prompts:,} prompts, {total.failed:,} calls failed,"
                f" {total.tokens:,} tokens"
            )
            yield part

    def _part(self, asked: Asked, key: str, lines: Sequence[bytes]) -> tuple[Part, Usage]:
        prompts = _prompts(asked, lines)
        stored = self.store.get(answers_key(key))
        if found := stored is not None:
            data = stored
        else:
            data = self.store.put_once(answers_key(key), self._asked(prompts, asked))
        used = _used(data, key, asked, prompts)
        if found:
            self.spending.stored(used)
        return _described(data, key, asked, used, len(prompts)), used

    def _asked(self, prompts: Sequence[Prompt], asked: Asked) -> bytes:
        if sum(len(line_of(prompt)) for prompt in prompts) > (most := (STORED_BYTES - _ANSWERED) // 2):
            raise PinError(
                f"{len(prompts):,} prompts of {asked.concern} have more than {most:,} bytes, so that what is answered"
                f" may not fit what is kept of a part; lower part_size of the evaluation"
            )
        answers = self.source.answers(prompts, asked.settings)
        if trouble := _trouble(answers, prompts, asked):
            raise InfrastructureError(
                f"{self.source.id} gave answers to {asked.concern} that are not those asked for: {trouble};"
                f" nothing of them is kept, this is a fault of the program"
            )
        data = b"".join(map(line_of, answers))
        try:
            list(read_answers(lines_of(io.BytesIO(data))))
        except ContentError as error:  # once stored, such a part would stand in the way of every run
            raise InfrastructureError(
                f"the answers of {self.source.id} to {asked.concern} cannot be kept as records ({error});"
                f" nothing of them is kept, lower answer_bytes, completions or part_size of the evaluation"
            ) from error
        return data


def _prompts(asked: Asked, lines: Sequence[bytes]) -> list[Prompt]:
    try:
        prompts = list(read_prompts(lines))
    except ContentError as error:
        raise PinError(
            f"the prompts of {asked.concern} cannot be read ({error}); build the evaluations again"
        ) from error
    if others := [prompt for prompt in prompts if prompt.concern != asked.concern]:
        raise PinError(f"prompt {others[0].id!a} is among those of {asked.concern} and is not of that concern")
    return prompts


def _used(data: bytes, key: str, asked: Asked, prompts: Sequence[Prompt]) -> Usage:
    try:
        answers = list(read_answers(lines_of(io.BytesIO(data))))
    except ContentError as error:
        raise _not_these(key, asked, str(error)) from error
    if trouble := _trouble(answers, prompts, asked):
        raise _not_these(key, asked, trouble)
    return sum(map(usage_of, answers), Usage())


def _not_these(key: str, asked: Asked, trouble: str) -> BindingError:
    return BindingError(
        f"{answers_key(key)} does not hold the answers to these prompts of {asked.concern}: {trouble};"
        f" find out who wrote it, remove it, and run the pipeline again"
    )


def _trouble(answers: Sequence[Answered], prompts: Sequence[Prompt], asked: Asked) -> str | None:
    if len(answers) != len(prompts):
        return f"{len(answers)} answers for {len(prompts)} prompts"
    for answered, prompt in zip(answers, prompts, strict=True):
        if answered.prompt != prompt:
            return f"an answer to {answered.prompt.id[:200]!a} in the place of {prompt.id!a}"
        if (calls := len(answered.completions) + answered.failed) != asked.settings.completions:
            return f"{calls} calls for {prompt.id!a}, {asked.settings.completions} were to be made"
    return None


def _described(data: bytes, key: str, asked: Asked, used: Usage, prompts: int) -> Part:
    return Part(
        key=key,
        concern=asked.concern,
        dataset_id=asked.dataset_id,
        answers_digest=sha256_of(data),
        prompts=prompts,
        failed=used.failed,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
    )
