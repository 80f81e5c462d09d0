"""What all policy files have in common: every key is known, no type is bent."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class FileModel(BaseModel):
    """A part of a policy file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


E = TypeVar("E")
Lax = Annotated[E, Field(strict=False)]  # a closed set is written as its member's text

NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Name = Annotated[str, Field(pattern=NAME, max_length=63)]
Text = Annotated[str, Field(min_length=1, max_length=1000)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Texts = Annotated[list[Text], Field(min_length=1)]
