"""What a judge that is a model was found to be worth, kept like a tally: measuring costs calls, and is done once.

The check step may ask no model, so the score step measures and this is what it leaves.
"""

from modelgate.contracts.digests import sha256_of
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import BindingError, ContentError
from modelgate.generative.disinformation.agreement import INSTRUCTION, Agreement
from modelgate.generative.disinformation.judge import Stance
from modelgate.generative.disinformation.labelled import TEST, labelled
from modelgate.generative.disinformation.model_judge import PROMPT_DIGEST
from modelgate.generative.evaluation import Pace

SCHEMA = "modelgate/judge-agreement/v1"

_LIMITS = Limits(size=10_000)


def worth_key(judge_name: str, pace: Pace, scoring_image_digest: str) -> str:
    """Where the store of tallies keeps it: a digest over the judge, its instructions, the labelled texts and the image.

    *judge_name* is the full one, as measurements carry it; of *pace* counts what decides that a call has failed.
    """
    named = {
        "given_up": pace.given_up,
        "image": scoring_image_digest,
        "judge": judge_name,
        "labelled": sha256_of(canonical([*map(encode, labelled(TEST)), INSTRUCTION])),
        "measured": SCHEMA,
        "prompt": PROMPT_DIGEST,
    }
    return f"{sha256_of(canonical(named)).removeprefix('sha256:')}.json"


def worth_json(reached: Agreement) -> bytes:
    """Equal agreements give equal bytes."""
    return canonical({"schema": SCHEMA, **encode(reached)})


def read_worth(data: bytes, judge_name: str) -> Agreement:
    """Read what `worth_json` wrote of the judge called *judge_name*.

    Raises:
        BindingError: it is none, that of another judge, or on other labelled texts.
    """
    try:
        document = read_object(data, _LIMITS)
        if (schema := document.pop("schema", None)) != SCHEMA:
            raise ContentError(f"it has schema {schema!a:.200}, expected {SCHEMA!r}")
        reached = decode(Agreement, document)
    except ContentError as error:
        raise BindingError(
            f"what judge {judge_name} is worth cannot be read: {error}; find out who wrote it"
        ) from error
    _require_fitting(reached, judge_name)
    return reached


def _require_fitting(reached: Agreement, judge_name: str) -> None:
    asked = [one.stance for one in labelled(TEST) if one.stance is not None]
    found = (reached.judge_name, reached.n, reached.supporting)
    expected = (judge_name, len(asked), asked.count(Stance.SUPPORTS))
    shares = ((reached.agreed, reached.n), (reached.found, reached.supporting), (reached.failed, reached.n))
    if found != expected or any(not 0 <= hits <= n for hits, n in shares):
        raise BindingError(
            f"what judge {judge_name} is worth was measured of another judge or on other texts; find out who wrote it"
        )
