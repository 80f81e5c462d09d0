"""The machine can fail: with one guard of the gate taken away it finds what the guard was for."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from modelgate.aws.claims import Claim, Claims, ClaimState
from modelgate.aws.store import StoredCopy
from modelgate.steps import apply, gather, update
from modelgate.steps.decision import Run

from tests.stateful.evidence import QUALITY
from tests.stateful.machine import Machine
from tests.stateful.world import World

# The same histories every time, until the first that shows it.
SEARCH = settings(
    max_examples=200,
    stateful_step_count=25,
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


def approve_whatever_it_became(patch: pytest.MonkeyPatch) -> None:
    """Only the beginning of the update step compares the registration with what was judged."""
    patch.setattr(apply, "_refuse_edited", lambda *_: None)


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


def person_decides(machine: Machine, call: int) -> None:
    """A person rejects while the update step is at work."""
    machine.register("good", "good", digests=True, reaches="checked")
    machine.person_during_a_step(execution=0, call=call, status="Rejected")


def evidence_changes(machine: Machine, call: int) -> None:
    """A bad report is replaced by a good one while the check is at work."""
    machine.register("bad", "good", digests=False, reaches="started")
    machine.replace_during_a_step(execution=0, call=call, file=QUALITY, content=0)
    machine.advance(execution=0)


def package_is_edited(machine: Machine, call: int) -> None:
    """The image of the package is swapped while the update step is at work."""
    machine.register("good", "good", digests=True, reaches="checked")
    machine.change_during_a_step(execution=0, call=call, edit=True)


def step_runs_twice(machine: Machine, _: int) -> None:
    """The update step of a decided package runs once more."""
    machine.register("good", "good", digests=True, reaches="checked")
    machine.advance(execution=0)
    machine.wait(1)
    machine.retry(execution=0)
    machine.advance(execution=0)


def report_is_forged(machine: Machine, _: int) -> None:
    """A rejection becomes an approval between the steps."""
    machine.register("bad", "good", digests=True, reaches="checked")
    machine.forge(execution=0, other=0, how="approve")
    machine.advance(execution=0)


def event_comes_days_later(machine: Machine, _: int) -> None:
    """A package waits for its files in vain and is held; then its registration is told once more."""
    machine.register("good", "good", digests=True, reaches="registered")
    for _ in range(8):
        machine.work()
        machine.wait(30)
    machine.wait(200_000)
    machine.duplicate(event=0)
    machine.work()


# What is taken away, a history that needs it, and what is found then.
GUARDS: dict[str, tuple[Patch, Callable[[Machine, int], None], str]] = {
    "describe before update": (trust_the_first_look, person_decides, "I3: .* by person, then .* by the gate"),
    "package as it was": (approve_whatever_it_became, package_is_edited, "I1: .* is approved, and its records"),
    "version pin": (read_by_key, evidence_changes, "I1: .* is approved, and its records"),
    "conditional put": (write_without_condition, step_runs_twice, "I3: .* was written again"),
    "binding": (believe_every_report, report_is_forged, "I1: .* is approved, and its records"),
    "judged again": (believe_the_judgement, report_is_forged, "I1: .* is approved, and its records"),
    "claim": (claim_nothing, event_comes_days_later, "answer changes that others answer"),
}


CALLS = {
    person_decides: 40,
    evidence_changes: 40,
    package_is_edited: 40,
}  # of a step, at each of which something else happens first


def play(history: Callable[[Machine, int], None]) -> None:
    """Play *history* to its end, with the fault at each call in turn, each time in a world of its own."""
    for call in range(1, CALLS.get(history, 1) + 1):
        machine = Machine()
        machine.begin(reverts=False)
        history(machine, call)
        machine.decisions_stay()
        machine.approved_implies_satisfied()
        machine.one_start_for_one_change()
        machine.teardown()


@pytest.mark.parametrize("guard", GUARDS)
def test_without_one_guard_the_machine_finds_the_hole(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own rules and invariants; so what it reports of the whole gate means something."""
    remove, history, found = GUARDS[guard]
    remove(monkeypatch)

    with pytest.raises(AssertionError, match=found):
        play(history)


@pytest.mark.parametrize("guard", GUARDS)
def test_with_every_guard_the_same_history_is_sound(guard: str) -> None:
    """It is the missing guard that was found."""
    _, history, _ = GUARDS[guard]

    play(history)


@pytest.mark.parametrize("guard", ["conditional put", "binding", "judged again"])
def test_the_search_needs_nobody_to_write_the_history(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same histories are tried every time, until one shows the hole."""
    remove, _, _ = GUARDS[guard]
    remove(monkeypatch)
    rules = {"begin", "register", "forge", "advance", "retry"}
    others = {rule.function.__name__ for rule in Machine().rules} - rules
    narrow = type("Machine", (Machine,), dict.fromkeys(others))

    with pytest.raises(AssertionError, match=r"I1|I3"):
        run_state_machine_as_test(narrow, settings=SEARCH)
