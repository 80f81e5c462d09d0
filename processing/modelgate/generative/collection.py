"""What was collected for one package: the parts of its answers, each under a key that says all it depends on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from modelgate.contracts.digests import sha256_of
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import BindingError, ContentError
from modelgate.generative.evaluation import Asked, Pace

SCHEMA = "modelgate/collection/v1"
NOTHING = f"{sha256_of(b'').removeprefix('sha256:')}.jsonl"  # an empty object, what is scored where nothing was asked

_LIMITS = Limits(size=64_000_000, values=5_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Which model answers: the package with the digest of its registration, and the target that it was asked at.

    *model_data* are the digests of the model files, where the target is made from them: a registration names places,
    and a place can be written again.
    """

    package_arn: str
    creation_time: str
    registration: str
    target: str
    model_data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some answers of one concern: their key in the store, the digest of their lines, and what they took.

    *failed* counts the calls that ended without an answer; *input_tokens* and *output_tokens* those of the others.
    """

    key: str
    concern: str
    dataset_id: str
    answers_digest: str
    prompts: int
    failed: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """All parts, in the order of the evaluation; equal answers give an equal collection.

    *fault* says what is wrong with the package where nothing could be asked because of it; there are no parts then.
    """

    evaluation: str
    evaluation_digest: str
    model: Model
    parts: tuple[Part, ...]
    fault: str | None = None

    def __post_init__(self) -> None:
        if self.parts and self.fault is not None:
            raise ContentError("a collection with answers cannot say that none could be asked for")

    def to_json(self) -> bytes:
        """Equal collections give equal bytes."""
        return canonical({"schema": SCHEMA, **encode(self)})

    @property
    def digest(self) -> str:
        """``sha256:…`` of everything it says."""
        return sha256_of(self.to_json())

    @classmethod
    def from_json(cls, data: bytes) -> "Collection":
        """Read what `to_json` wrote.

        Raises:
            BindingError: it is anything else.
        """
        try:
            document = read_object(data, _LIMITS)
            if (schema := document.pop("schema", None)) != SCHEMA:
                raise BindingError(f"the collection has schema {schema!a:.200}, this code reads {SCHEMA!r}")
            return decode(cls, document)
        except ContentError as error:
            raise BindingError(f"the collection cannot be read ({error}); run the pipeline again") from error


def parts_of(model: Model, asked: Asked, pace: Pace, lines: Iterable[bytes]) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    """The key of each part with its prompts' *lines*, in order, as a stream."""
    rest = iter(lines)
    while prompts := tuple(islice(rest, asked.part_size)):
        yield part_key(model, asked, pace, prompts), prompts


def part_key(model: Model, asked: Asked, pace: Pace, prompts: Sequence[bytes]) -> str:
    """The key of the answers to *prompts* (their lines): 64 hex digits over model, target, settings, limits and lines.

    A change of any of them is another key, so no stale answer can be picked up; a data set that grows keeps its parts.
    Of *pace* it holds what decides that a call has failed for good, since failed calls are stored as well: with a
    larger `answer_bytes`, more `attempts` or more time they may have an answer. How many calls are made at a time, and
    how fast, decides nothing of the sort: who is throttled is waited for, so both can be changed and nothing is asked
    again.
    """
    named = {
        "concern": asked.concern,
        "dataset_id": asked.dataset_id,
        "given_up": pace.given_up,
        "model": encode(model),
        "prompts": sha256_of(b"".join(prompts)),
        "settings": encode(asked.settings),
    }
    return sha256_of(canonical(named)).removeprefix("sha256:")
