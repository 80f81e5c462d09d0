"""The gate document on disk: what the platform says of groups, instead of options that say it by hand."""

from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.groups import GroupOptions
from modelgate.contracts.gate import MAX_GATE_BYTES, Gate, Group
from modelgate.errors import ContentError, PinError

GateFile = Annotated[
    Path | None,
    typer.Option(
        "--gate",
        help="A copy of the gate document, which then says all about the group.",
        exists=True,
        dir_okay=False,
    ),
]


def read_gate(path: Path) -> Gate:
    """Read a copy of the gate document (``pinned/gate.json`` of the artifact store).

    Raises:
        ContentError: it is none.
    """
    try:
        return Gate.from_json(gate_bytes(path))
    except PinError as error:
        raise ContentError(f"{path}: {error}") from error


def gate_bytes(path: Path) -> bytes:
    """The bytes of a copy; of a file larger than a gate document can be, enough to be refused."""
    with path.open("rb") as file:
        return file.read(MAX_GATE_BYTES + 1)


def group_in(gate: Gate, name: str, options: GroupOptions) -> Group:
    """The group *name* as *gate* knows it.

    Raises:
        typer.BadParameter: it is not under the gate, or *options* say something about it too.
    """
    options.refuse("the gate document says that of a group; leave one of the two out")
    group = gate.groups.get(name)
    if group is None:
        known = ", ".join(sorted(gate.groups)) or "none"
        raise typer.BadParameter(f"group {name!r} is not under the gate; its groups: {known}", param_hint="--group")
    return group
