"""The commands by name."""

from typing import Annotated

import typer

from modelgate.cli.ending import EXIT_CODES, GuardedGroup
from modelgate.cli.lazily import Later, LazyGroup
from modelgate.cli.printing import say


class Commands(GuardedGroup, LazyGroup):
    """Everything that ``modelgate`` does."""

    later = {  # noqa: RUF012 - declared as a class variable where it is inherited from
        "policy": Later("modelgate.cli.policy", "app", "Lint, test, show, compare and bundle policies."),
        "generative": Later("modelgate.cli.generative", "app", "Evaluate a model that writes text on this machine."),
        "check": Later("modelgate.cli.check", "check", "Predict the verdict on a package, from files or by its ARN."),
        "preflight": Later("modelgate.cli.preflight", "preflight", "Find what is wrong with a registration before it."),
        "explain": Later("modelgate.cli.explain", "explain", "Tell one decision: by which policy, why, what to do."),
        "decisions": Later("modelgate.cli.decisions", "decisions", "List decisions, newest first."),
        "review": Later("modelgate.cli.review", "review", "Approve or reject a held package, with a reason."),
        "reevaluate": Later("modelgate.cli.reevaluate", "reevaluate", "Ask the gate to judge a pending package again."),
        "verify": Later("modelgate.cli.verify", "verify", "Prove a decision again, from everything that it rests on."),
        "audit": Later("modelgate.cli.audit", "audit_command", "Find what is not as the gate left it."),
        "export": Later("modelgate.cli.export", "export", "Put a decision and all it rests on into one archive."),
        "deployable": Later("modelgate.cli.deployable", "deployable", "Say whether, and from which copy, to deploy."),
        "break-glass": Later("modelgate.cli.break_glass", "break_glass", "Set a status past the gate, on record."),
        "pack": Later("modelgate.cli.pack", "pack", "Fetch recorded decisions into an archive for replay."),
        "replay": Later("modelgate.cli.replay", "replay", "Judge recorded decisions again under a candidate policy."),
    }


app = typer.Typer(
    cls=Commands,
    name="modelgate",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog=EXIT_CODES,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        say(f"modelgate {version('modelgate')}")
        raise typer.Exit


@app.callback()
def modelgate(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Say whether a registered model may go to production, and why."""
