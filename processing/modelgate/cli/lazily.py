"""Commands that are imported when they run, so that help and completion do not wait for AWS or pydantic."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from modelgate.cli.ending import EXIT_CODES


@dataclass(frozen=True, slots=True)
class Later:
    """A command: the module that has it, its name there, and its one line in the list of commands."""

    module: str
    name: str
    summary: str

    def load(self, called: str) -> Any:
        """Import the command; a group of commands is a Typer of its own."""
        found = getattr(import_module(self.module), self.name)
        if isinstance(found, typer.Typer):
            group = get_command(found)
            group.name = called
            return group
        alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
        alone.command(called, epilog=EXIT_CODES)(found)
        return get_command(alone)


class LazyGroup(TyperGroup):
    """A group that lists its commands by their summaries and imports the one that is called."""

    later: ClassVar[Mapping[str, Later]] = {}

    def __init__(self, **attributes: Any) -> None:
        """Take the attributes of any group."""
        super().__init__(**attributes)
        for name, later in self.later.items():
            self.add_command(TyperCommand(name, help=later.summary), name)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command, and now import it."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, None if name is None else self.later[name].load(name), rest
