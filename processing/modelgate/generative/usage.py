"""What answers took: the calls and tokens that budgets are held against, counted the same way live and from a store."""

from dataclasses import dataclass

from modelgate.generative.records import Answered, Completion


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """*calls* that ended, *failed* of them without an answer, and the tokens read and written for the others."""

    calls: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            calls=self.calls + other.calls,
            failed=self.failed + other.failed,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.input_tokens + self.output_tokens


def usage_of(answered: Answered) -> Usage:
    """What *answered* took, by the target's own count, and by `most_tokens` where it gives none."""
    read = answered.input_tokens
    if read is None or read < 0:
        read = most_tokens(answered.prompt.text) * len(answered.completions)
    return Usage(
        calls=len(answered.completions) + answered.failed,
        failed=answered.failed,
        input_tokens=read,
        output_tokens=sum(map(tokens_written, answered.completions)),
    )


def tokens_written(completion: Completion) -> int:
    """What the target says it wrote, or `most_tokens` where it says nothing that can be, as 0 of a text."""
    said = completion.output_tokens or 0
    return said if said > 0 else most_tokens(completion.text)


def most_tokens(text: str) -> int:
    """The most tokens *text* can be: one per byte, as a tokeniser of bytes never makes more. No budget is evaded so."""
    return len(text.encode("utf-8", errors="surrogatepass"))
