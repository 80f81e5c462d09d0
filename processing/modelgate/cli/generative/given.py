"""An evaluation as a command is given it: the document that governance pins, or the file that it is built from."""

import atexit
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from modelgate.errors import ContentError, PinError
from modelgate.generative.evaluation import Asked, Evaluation, Evaluations
from modelgate.generative.evaluators import require_known
from modelgate.generative.records import lines_of

EVALUATIONS_FILE, PROMPTS_FOLDER = "evaluations.json", "prompts"

DATASETS = "MODELGATE_DATASETS"

EvaluationPath = Annotated[
    Path,
    typer.Option(
        "--evaluation",
        help=f"What governance pins: {EVALUATIONS_FILE} with {PROMPTS_FOLDER}/ beside it, or the folder of both; or an "
        f"evaluation's YAML file, with {DATASETS} naming the folder of imported prompts.",
        exists=True,
        metavar="PATH",
    ),
]
Name = Annotated[str | None, typer.Option("--name", help="Which one, where there are several.", metavar="NAME")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One evaluation, and the folder of its prompts."""

    evaluation: Evaluation
    prompts: Path

    def path_of(self, asked: Asked) -> Path:
        """The file of the prompts of *asked*, by its digest."""
        return self.prompts / prompts_file(asked)

    def lines_of(self, asked: Asked) -> Iterator[bytes]:
        """Its lines, as a stream.

        Raises:
            PinError: the file is not there.
        """
        try:
            with self.path_of(asked).open("rb") as file:
                yield from lines_of(file)
        except FileNotFoundError as error:
            raise PinError(
                f"{self.path_of(asked)} is not there, and holds what is asked about {asked.concern}; ask governance "
                f"for the folder {PROMPTS_FOLDER}/ with {EVALUATIONS_FILE}, or build both with `make policies`"
            ) from error


def read_given(path: Path, name: str | None = None) -> Given:
    """The evaluation called *name* at *path*; without a name the only one.

    Raises:
        ContentError: there is no document, no evaluation of that name, or several and no name.
        PolicyError: the YAML file is wrong.
        PinError: the document cannot be read, or says what this code cannot do.
    """
    if path.suffix == ".yaml":
        path = _built(path)
    file = path / EVALUATIONS_FILE if path.is_dir() else path
    if not file.is_file():
        raise ContentError(f"{path} holds no {EVALUATIONS_FILE}; name the file, or build it with `make policies`")
    evaluations = Evaluations.from_json(file.read_bytes()).evaluations
    known = ", ".join(sorted(evaluations)) or "none"
    if name is None and len(evaluations) != 1:
        raise ContentError(f"{file} holds {len(evaluations)} evaluations ({known}); choose one with --name")
    chosen = evaluations.get(name) if name else next(iter(evaluations.values()))
    if chosen is None:
        raise ContentError(f"{file} holds no evaluation {name!a}; there are: {known}")
    require_known(chosen)
    return Given(evaluation=chosen, prompts=file.parent / PROMPTS_FOLDER)


def prompts_file(asked: Asked) -> str:
    """What the file of these prompts is called."""
    return f"{asked.prompts_digest.removeprefix('sha256:')}.jsonl"


def _built(path: Path) -> Path:
    """A folder with the document of the YAML file at *path* and its prompts, there until the command ends."""
    # Imported here: pydantic is only for this form.
    from modelgate.policy.evaluations import build

    work = tempfile.TemporaryDirectory(prefix="modelgate-evaluation-")
    atexit.register(work.cleanup)
    prompts = Path(work.name) / PROMPTS_FOLDER
    prompts.mkdir()
    built = build([path], Path(named) if (named := os.environ.get(DATASETS)) else None, prompts)
    if built.left_out:
        raise ContentError("; ".join(built.left_out))
    (Path(work.name) / EVALUATIONS_FILE).write_bytes(built.evaluations.to_json())
    return Path(work.name)
