"""Which numbers a policy's checks look at, and which of these need no more than a look at their bound."""

from modelgate.checks import CUSTOM
from modelgate.checks.plan import Part, part_of
from modelgate.checks.slots import Key, Keys
from modelgate.policy.model import Check, Judge, Policy


class Chosen:
    """What policies look at, chosen once for all frames with the same keys."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._parts: dict[tuple[str, tuple[Key, ...]], tuple[Part, ...]] = {}

    def parts(self, policy: Policy, keys: tuple[Key, ...]) -> tuple[Part, ...]:
        """The parts of *policy* over *keys*; a custom check chooses by numbers, so its part is made for each row."""
        if (policy.name, keys) not in self._parts:
            indexed = Keys(keys)
            self._parts[policy.name, keys] = tuple(
                Part(check=check, slots=(), absences=()) if check.kind == CUSTOM else part_of(check, indexed)
                for check in policy.checks
            )
        return self._parts[policy.name, keys]


def is_plain(part: Part) -> bool:
    """Whether a number inside the check's bound passes, whatever else is known of it."""
    check = part.check
    return (
        check.bound is not None
        and check.confidence is None
        and check.minimum_n is None
        and is_simple(check)
        and all(slot.limit is None for slot in part.slots)
    )


def is_simple(check: Check) -> bool:
    """Whether each number is judged for itself, by its value."""
    return check.change is None and check.judge is Judge.EACH and check.kind != CUSTOM
