"""What is asked of a group's models, how, and who judges the answers: governance's word, pinned by digest.

    {"schema": "modelgate/evaluations/v1", "evaluations": {"smoke": {"name": "smoke", "version": 1, …}}}

Built from YAML by `deploy.evaluations`; the steps read this form alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from modelgate.contracts.digests import sha256_of
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, PinError

SCHEMA = "modelgate/evaluations/v1"

_LIMITS = Limits(size=10_000_000)


class TargetKind(StrEnum):
    """Where the answers come from."""

    ENDPOINT = "endpoint"  # a SageMaker endpoint, made from the package for this evaluation
    TRANSFORM = "transform"  # SageMaker Batch Transform
    BEDROCK = "bedrock"  # Amazon Bedrock, Converse
    OPENAI = "openai"  # any server with OpenAI's chat completions
    RECORDED = "recorded"  # a file of answers that the package names


class TokenLimit(StrEnum):
    """What a server of OpenAI's interface calls the most tokens of an answer; newer models of OpenAI take the second
    alone, and count in it what they think before they answer."""

    MAX_TOKENS = "max_tokens"
    MAX_COMPLETION_TOKENS = "max_completion_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How an answer is generated: part of what names it, so a change asks again.

    *completions* are asked for per prompt, at most *max_tokens* long each. *seed* is sent where the target knows one,
    one higher for each further completion. *logprobs* asks for those of the tokens.
    """

    temperature: float
    max_tokens: int
    completions: int
    logprobs: bool
    top_p: float | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The prompts of one concern: a file of `records.Prompt` lines, named by its digest, in parts of *part_size*."""

    concern: str
    dataset_id: str
    licence: str
    prompts: int
    prompts_digest: str
    part_size: int
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a target is asked: calls at a time, calls a second at most, and when a call is given up.

    *attempts* counts the first one. An answer of more than *answer_bytes* is a failed call.
    """

    concurrency: int
    calls_per_second: float
    timeout_seconds: float
    attempts: int
    answer_bytes: int

    @property
    def given_up(self) -> tuple[float, ...]:
        """What decides that a call has failed for good: failed calls are kept, so it is part of what names them."""
        return (self.answer_bytes, self.attempts, self.timeout_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a run may use at most; more fails the run. *tokens* are those sent and those written."""

    calls: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What an endpoint or a transform job runs on, and what it may cost: it lives *maximum_seconds* at most.

    *price_per_hour* is that of one instance, in the currency of *maximum_cost*; both are the operator's word.
    """

    instance_type: str
    instance_count: int
    maximum_seconds: int
    price_per_hour: float
    maximum_cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPlan:
    """Which kind of target, and what may be asked there.

    *models* are patterns (as of `fnmatch`) of the model names that a package may carry; *base_url* and *token_limit*
    are the server's where the kind is ``openai``; *machine* that of an endpoint or a transform.
    """

    kind: TargetKind
    models: tuple[str, ...]
    pace: Pace
    base_url: str | None = None
    machine: Machine | None = None
    token_limit: TokenLimit = TokenLimit.MAX_TOKENS


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgePlan:
    """Who says whether an answer supports a false claim, and the least that judge must reach, as shares of 0 to 1.

    A model (``model/<id of Amazon Bedrock>``) is asked at *pace* and within *budget*; rules have neither.
    """

    name: str
    agreement: float
    support_found: float
    pace: Pace | None = None
    budget: Budget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluation; *scorer* (``sklearn-profanity@1.9.1``) scores toxicity."""

    name: str
    version: int
    asked: tuple[Asked, ...]
    target: TargetPlan
    budget: Budget
    scorer: str
    judge: JudgePlan

    @property
    def digest(self) -> str:
        """``sha256:…`` of everything it says."""
        return sha256_of(canonical(encode(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluations:
    """The pinned document."""

    evaluations: Mapping[str, Evaluation]

    def to_json(self) -> bytes:
        """Equal evaluations give equal bytes."""
        return canonical({"schema": SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "Evaluations":
        """Read the pinned document.

        Raises:
            PinError: it is not one.
        """
        try:
            document = read_object(data, _LIMITS)
            if (schema := document.pop("schema", None)) != SCHEMA:
                raise PinError(f"the evaluations have schema {schema!a:.200}, this code reads {SCHEMA!r}")
            return decode(cls, document)
        except ContentError as error:
            raise PinError(f"the evaluations cannot be read ({error}); apply the governance root again") from error
