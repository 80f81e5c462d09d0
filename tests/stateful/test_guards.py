"""The machine can fail: with one guard of the gate taken away it finds what the guard was for."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from modelgate.aws.claims import Claim, Claims, ClaimState
from modelgate.aws.store import StoredCopy
from modelgate.steps import gather, update
from modelgate.steps.decision import Run

from tests.stateful.machine import Machine
from tests.stateful.world import World

# The same histories every time, until the first that shows it.
SEARCH = settings(
    max_examples=1000,
    stateful_step_count=50,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)

Patch = Callable[[pytest.MonkeyPatch], object]


def trust_the_first_look(patch: pytest.MonkeyPatch) -> None:
    """The status that was described before everything was verified is taken for that of the moment of the write."""
    looked: dict[int, list[Any]] = {}
    look = Run.look

    def second_is_first(run: Run) -> Any:
        looks = looked.setdefault(id(run), [run])
        looks.append(looks[1] if len(looks) == 2 else look(run))
        return looks[-1]

    patch.setattr(Run, "look", second_is_first)


def read_by_key(patch: pytest.MonkeyPatch) -> None:
    """The report is read at its key, whatever version was pinned a moment before."""

    def newest(s3: Any, copy: StoredCopy, **_: object) -> bytes:
        answer = s3.get_object(Bucket=copy.uri.bucket, Key=copy.uri.key)
        return bytes(answer["Body"].read())

    patch.setattr(gather, "read_copy", newest)
    patch.setattr(gather, "same_digest", lambda *_: True)


def write_without_condition(patch: pytest.MonkeyPatch) -> None:
    """The evidence store takes a second write to a key."""

    def build(_: Machine, *, reverts: bool) -> World:
        world = World(reverts=reverts)
        world.s3.conditional = False
        return world

    patch.setattr(Machine, "build", build)


def believe_every_report(patch: pytest.MonkeyPatch) -> None:
    """Whatever lies where a check report should lie is applied."""
    patch.setattr(update, "verify_binding", lambda *_: None)
    patch.setattr(update, "_verify", lambda *_: None)


def believe_the_judgement(patch: pytest.MonkeyPatch) -> None:
    """The report is bound to this run, and its verdict is not judged again."""
    patch.setattr(update, "verify_judgement", lambda *_: None)


def claim_nothing(patch: pytest.MonkeyPatch) -> None:
    """Whoever asks may start; only the service's own memory of tokens is left."""
    patch.setattr(Claims, "claim", lambda *_, now: Claim(state=ClaimState.WON, lease_until=int(now)))


GUARDS: dict[str, tuple[Patch, str]] = {
    "describe before update": (trust_the_first_look, "I3: .* by person, then .* by the gate"),
    "version pin": (read_by_key, "I1: .* is approved, and its records"),
    "conditional put": (write_without_condition, "I3: .* was written again"),
    "binding": (believe_every_report, "I1: .* is approved, and its records"),
    "judged again": (believe_the_judgement, "I1: .* is approved, and its records"),
    "claim": (claim_nothing, "answer changes that others answer"),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_without_one_guard_the_machine_finds_the_hole(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So what it reports of the whole gate means something."""
    remove, found = GUARDS[guard]
    remove(monkeypatch)

    with pytest.raises(AssertionError, match=found):
        run_state_machine_as_test(Machine, settings=SEARCH)
