"""``modelgate generative collect``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from modelgate.cli.generative.given import EvaluationPath, Name, read_given
from modelgate.cli.generative.run_folder import RunFolder, model_at
from modelgate.cli.generative.whom import KEY, Kind, Whom
from modelgate.cli.options import AsJson
from modelgate.cli.printing import complain, emit, say
from modelgate.cli.where import Region
from modelgate.generative.budget import Spending
from modelgate.generative.collecting import collect as collect_answers
from modelgate.generative.collection import Collection

TargetKind = Annotated[Kind, typer.Option("--target", help="Whom to ask.", show_default=False)]
Url = Annotated[str | None, typer.Option("--url", help=f"Address of an OpenAI-compatible server; its key is in {KEY}.")]
Model = Annotated[str | None, typer.Option("--model", help="The model's name there, or its Bedrock id.")]
Answers = Annotated[
    Path | None, typer.Option("--answers", help="A file of recorded answers, one a line.", exists=True, dir_okay=False)
]
Out = Annotated[Path, typer.Option("--out", help="Folder of this run; made, or gone on with.", file_okay=False)]


def collect(
    evaluation: EvaluationPath,
    target: TargetKind,
    out: Out,
    *,
    name: Name = None,
    url: Url = None,
    model: Model = None,
    answers: Answers = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """
    Ask a model everything that an evaluation asks, at its pace and within its budget, and keep the answers.

    Interrupt it when you like: what is there stays, and the same command asks only for the rest.
    Progress is told on stderr.
    """
    whom = Whom(kind=target, url=url, model=model, region=region, answers=answers)
    folder = RunFolder(root=out)
    given = folder.begin(read_given(evaluation, name))
    spending = Spending(given.evaluation.budget)
    with whom.source(given.evaluation.target, spending) as source:
        collection = collect_answers(
            given.evaluation, model_at(source.id), given.lines_of, source, folder.answers, spending, complain
        )
    folder.keep(collection)
    told = _document(collection, out)
    if as_json:
        emit(told)
    else:
        say(
            f"{out}: {told['prompts']:,} prompts answered by {told['target']}, {told['failed']:,} calls failed, "
            f"{told['input_tokens']:,} tokens read and {told['output_tokens']:,} written; next: modelgate generative "
            f"score {out}"
        )


def _document(collection: Collection, out: Path) -> dict[str, Any]:
    parts = collection.parts
    counts = {
        name: sum(getattr(part, name) for part in parts)
        for name in ("prompts", "failed", "input_tokens", "output_tokens")
    }
    about = {"folder": str(out), "evaluation": collection.evaluation, "target": collection.model.target}
    return {**about, "collection_digest": collection.digest, "parts": len(parts), **counts}
