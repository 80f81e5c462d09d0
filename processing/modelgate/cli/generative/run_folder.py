"""The folder of a run on this machine: what is asked, the answers, the tallies and the report.

evaluations.json   the one evaluation        answers/<part>.jsonl    written once, never asked for again
prompts/           its prompts               tallies/<key>.json      written once, never scored again
collection.json    which answers there are   generative.json         what they come to
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.generative.given import EVALUATIONS_FILE, PROMPTS_FOLDER, Given, prompts_file, read_given
from modelgate.cli.package.folder import GENERATIVE_FILE
from modelgate.contracts.layout import COLLECTION_FILE
from modelgate.errors import ContentError
from modelgate.generative.collection import Collection, Model
from modelgate.generative.evaluation import Evaluations
from modelgate.generative.folder_store import FolderStore

_HERE = "not registered"

Folder = Annotated[
    Path,
    typer.Argument(help="The folder that `collect` wrote.", exists=True, file_okay=False, metavar="FOLDER"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """Where one model's answers to one evaluation are kept."""

    root: Path

    @property
    def answers(self) -> FolderStore:
        """The answers."""
        return FolderStore(self.root / "answers")

    @property
    def tallies(self) -> FolderStore:
        """What scoring counted."""
        return FolderStore(self.root / "tallies")

    @property
    def report(self) -> Path:
        """What the scores come to, under the name by which `modelgate check` finds it."""
        return self.root / GENERATIVE_FILE

    def begin(self, given: Given) -> Given:
        """Keep evaluation and prompts here, so that nothing else is needed later; they are what is asked from now on.

        Raises:
            ContentError: the folder belongs to another evaluation.
        """
        evaluation = given.evaluation
        if (self.root / EVALUATIONS_FILE).is_file():
            begun = read_given(self.root).evaluation
            if begun != evaluation:
                raise ContentError(
                    f"{self.root} was begun with evaluation {begun.name} version {begun.version}, and is asked for "
                    f"{evaluation.name} version {evaluation.version} ({evaluation.digest}); choose another folder"
                )
        (self.root / PROMPTS_FOLDER).mkdir(parents=True, exist_ok=True)
        for asked in evaluation.asked:
            for _ in given.lines_of(asked):
                break  # says what is missing, as a reader would
            kept = self.root / PROMPTS_FOLDER / prompts_file(asked)
            if kept.resolve() != given.path_of(asked).resolve():
                shutil.copyfile(given.path_of(asked), kept)
        (self.root / EVALUATIONS_FILE).write_bytes(Evaluations(evaluations={evaluation.name: evaluation}).to_json())
        return read_given(self.root)

    def given(self) -> Given:
        """The evaluation of this folder; errors as of `read_given`."""
        return read_given(self.root)

    def keep(self, collection: Collection) -> None:
        """Write which answers there are."""
        (self.root / COLLECTION_FILE).write_bytes(collection.to_json())

    def collection(self) -> Collection:
        """Which answers there are.

        Raises:
            ContentError: not all have been collected.
            BindingError: the document cannot be read.
        """
        try:
            data = (self.root / COLLECTION_FILE).read_bytes()
        except FileNotFoundError as error:
            raise ContentError(
                f"{self.root} has no {COLLECTION_FILE}: not every answer is there; run `modelgate generative collect` "
                "with this folder again"
            ) from error
        return Collection.from_json(data)


def model_at(target: str) -> Model:
    """The model that answers at *target*, of no registered package."""
    return Model(package_arn=_HERE, creation_time=_HERE, registration=_HERE, target=target)
