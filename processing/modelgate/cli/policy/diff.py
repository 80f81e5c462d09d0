"""``modelgate policy diff``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.bundles import read_bundle
from modelgate.cli.documents import document_of
from modelgate.cli.options import AsJson
from modelgate.cli.printing import cell, console, emit, say
from modelgate.policy.difference import Difference, Direction
from modelgate.policy.growth import growth_faults
from modelgate.policy.words import differences

# What lets more through comes first: that is what a reviewer must see.
_SAID = {
    Direction.LOOSER: ("Looser: more packages are approved, or fewer rejected", "bold red"),
    Direction.CHANGED: ("Changed: some packages may fare better, others worse", "yellow"),
    Direction.STRICTER: ("Stricter: fewer packages are approved", "green"),
    Direction.NEUTRAL: ("No verdict changes by", "dim"),
}

Old = Annotated[Path, typer.Argument(help="Folder of policies, or a bundle file.", exists=True, metavar="OLD")]
New = Annotated[Path, typer.Argument(help="Folder of policies, or a bundle file.", exists=True, metavar="NEW")]


def diff(old: Old, new: New, *, as_json: AsJson = False) -> None:
    """
    Say in words what became stricter and what looser from OLD to NEW, and whether NEW may be published after OLD.

    Leaves with 0 whatever differs.
    """
    before, after = read_bundle(old), read_bundle(new)
    found, faults = differences(before, after), growth_faults(before, after)
    if as_json:
        changes = [{**document_of(difference), "sentence": difference.sentence} for difference in found]
        counts = {direction.value: _count(found, direction) for direction in _SAID}
        emit({"old": str(old), "new": str(new), "counts": counts, "differences": changes, "versions": faults})
        return
    screen = console()
    for direction, (title, style) in _SAID.items():
        same = [difference for difference in found if difference.direction is direction]
        if same:
            screen.print(cell(title, style), soft_wrap=True)
        for difference in same:
            place = (difference.policy, difference.item, difference.what)
            say(f"  {': '.join(part for part in place if part is not None)}")
    if not found:
        say("nothing differs")
    for fault in faults:
        say(f"not to be published like this: {fault}")


def _count(found: Sequence[Difference], direction: Direction) -> int:
    return sum(difference.direction is direction for difference in found)
