"""Asking before something is written that is never taken back."""

import sys

import typer

from modelgate.errors import ContentError


def refuse_without_a_yes(question: str, *, said: bool, can_ask: bool) -> None:
    """Ask *question* on the terminal, unless yes was *said* already.

    Raises:
        typer.BadParameter: nobody can be asked.
        ContentError: the answer was no.
    """
    if said:
        return
    if not can_ask or not is_terminal():
        raise typer.BadParameter("nobody can be asked here; give --yes", param_hint="--yes")
    if not typer.confirm(question, err=True):
        raise ContentError("nothing was written")


def is_terminal() -> bool:
    """Whether somebody can answer."""
    return sys.stdin.isatty()
