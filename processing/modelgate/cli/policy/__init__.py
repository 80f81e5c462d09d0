"""Everything about policies: ``modelgate policy``."""

import typer

from modelgate.cli.lazily import Later, LazyGroup


class PolicyCommands(LazyGroup):
    """What can be done with a folder of policies, or a bundle built from one."""

    later = {  # noqa: RUF012 - declared as a class variable where it is inherited from
        "lint": Later("modelgate.cli.policy.lint", "lint", "Check a folder of policies; every fault with its line."),
        "test": Later("modelgate.cli.policy.test", "try_cases", "Run the cases that belong to a folder of policies."),
        "show": Later("modelgate.cli.policy.show", "show", "Show policies as tables, or which one governs a group."),
        "diff": Later("modelgate.cli.policy.diff", "diff", "Say in words what became stricter or looser."),
        "schema": Later("modelgate.cli.policy.schema", "schema", "Print the JSON Schema of policy files, for editors."),
        "bundle": Later("modelgate.cli.policy.bundle", "bundle", "Build the bundle that the gate pins by digest."),
    }


app = typer.Typer(cls=PolicyCommands, no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def policy() -> None:
    """Lint, test, show, compare and bundle policies. None of it needs AWS."""
