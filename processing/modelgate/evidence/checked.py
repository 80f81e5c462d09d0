"""What came of proving a decision again: one line for each thing that was compared."""

from dataclasses import dataclass
from enum import StrEnum

from modelgate.evidence.record import EvidenceRecord


class CheckState(StrEnum):
    """How a comparison ended.

    *not_included*: an archive was made without it, and its digest is in the signed record. *unchecked*: what would be
    compared is not to be had.
    """

    PROVED = "proved"
    DIFFERS = "differs"
    NOT_INCLUDED = "not_included"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One comparison: *what* was compared, and in *sentences* what was found."""

    what: str
    state: CheckState
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Everything that was compared. *keyid* is the key that signed; None where no trusted one did."""

    record: EvidenceRecord
    digest: str
    keyid: str | None
    checked: tuple[Checked, ...]

    @property
    def state(self) -> CheckState:
        """Proved where nothing differs and nothing that was needed is missing; a difference outweighs all."""
        states = {one.state for one in self.checked}
        for state in (CheckState.DIFFERS, CheckState.UNCHECKED):
            if state in states:
                return state
        return CheckState.PROVED


def proved(what: str, *sentences: str) -> Checked:
    """A comparison that holds."""
    return Checked(what=what, state=CheckState.PROVED, sentences=sentences)


def differs(what: str, *sentences: str) -> Checked:
    """One that does not."""
    return Checked(what=what, state=CheckState.DIFFERS, sentences=sentences)


def unchecked(what: str, *sentences: str) -> Checked:
    """One that cannot be made."""
    return Checked(what=what, state=CheckState.UNCHECKED, sentences=sentences)
