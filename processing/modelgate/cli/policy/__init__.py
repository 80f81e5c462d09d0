"""Everything about policies: ``modelgate policy``."""

import typer

from modelgate.cli.lazily import Later, LazyGroup


class PolicyCommands(LazyGroup):
    """What can be done with a folder of policies, or a bundle built from one."""

    later = {  # noqa: RUF012 - declared as a class variable where it is inherited from
        "lint": Later("modelgate.cli.policy.lint", "lint", "Check a folder of policies; every fault with its line."),
    }


app = typer.Typer(cls=PolicyCommands, no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def policy() -> None:
    """Lint, test, show, compare and bundle policies. None of it needs AWS."""
