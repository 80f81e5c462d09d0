"""What all policy files have in common: every key is known, no type is bent."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator


class PlacedError(ValueError):
    """A fault of a part that is best shown at one place inside it."""

    def __init__(self, path: tuple[str | int, ...], problem: str) -> None:
        """Say *problem* at *path*, which begins at the part."""
        super().__init__(problem)
        self.path = path


class FileModel(BaseModel):
    """A part of a policy file. *refused* are inherited keys that make no sense here, and why."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    refused: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="after")
    def _without_refused(self) -> Self:
        for key in sorted(self.model_fields_set & self.refused.keys()):
            raise PlacedError((key,), f"makes no sense here, because {self.refused[key]}; remove it")
        return self


E = TypeVar("E")
Lax = Annotated[E, Field(strict=False)]  # a closed set is written as its member's text

NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SAYING = r"\S"
ACCOUNT = r"^[0-9]{12}$"
RESULT = r"^[a-z0-9-]+(\[[^\]]+\])?$"
DIGEST = r"^sha256:[0-9a-f]{64}$"
FOLDER = r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$"
INSTANCE = r"^ml\.[a-z0-9-]+\.[a-z0-9]+$"
SERVER = r"^https?://[^\s@?#]+$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
Name = Annotated[str, Field(pattern=NAME, max_length=63)]
Text = Annotated[str, Field(pattern=SAYING, max_length=1000)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Texts = Annotated[list[Text], Field(min_length=1)]
Account = Annotated[str, Field(pattern=ACCOUNT)]
Day = Annotated[str, Field(pattern=DAY)]
