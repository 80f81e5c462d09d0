"""Everything about models that write text: ``modelgate generative``."""

import typer

from modelgate.cli.lazily import Later, LazyGroup


class GenerativeCommands(LazyGroup):
    """What can be done with evaluations of such models, on one machine."""

    later = {  # noqa: RUF012 - declared as a class variable where it is inherited from
        "datasets": Later("modelgate.cli.generative.datasets", "datasets", "List the data sets, with their licences."),
        "import": Later("modelgate.cli.generative.importing", "import_", "Make prompts of a data set that is here."),
        "prompts": Later("modelgate.cli.generative.prompts", "prompts", "Count and show what would be asked."),
        "cost": Later(
            "modelgate.cli.generative.cost", "cost", "Say what an evaluation would cost, and by which formula."
        ),
        "collect": Later("modelgate.cli.generative.collect", "collect", "Ask a model, and keep its answers."),
        "score": Later("modelgate.cli.generative.score", "score", "Score the answers that were collected."),
        "report": Later("modelgate.cli.generative.report", "report", "Say what the scores come to."),
    }


app = typer.Typer(cls=GenerativeCommands, no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def generative() -> None:
    """Evaluate a model that writes text on this machine, as the gate will, to the same numbers."""
