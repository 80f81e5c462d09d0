"""``waivers.yaml``: exceptions to checks, each with an end, a limit, and two people who answer for it."""

from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from modelgate.policy.file_model import Day, FileModel, Name, Number, PlacedError, Text
from modelgate.policy.model import Waiver

LONGEST = timedelta(days=365)


class WaiverFile(FileModel):
    """One exception. Both days are included; UTC."""

    id: Name = Field(description="Its name; verdicts cite it.")
    policy: Name = Field(description="The policy that it is an exception to.")
    check: Name = Field(description="The check that may miss its bound.")
    group: Text = Field(description="The one package group that may.")
    team: Text = Field(description="The group's team, whose budget it counts against.")
    facet: Text | None = Field(None, description="Of a check on slices: which facet; * matches any text.")
    facet_value: Text | None = Field(None, description="Which values of the facet; all, where it is left out.")
    floor: Number | None = Field(None, description="The least value that is still waived.")
    ceiling: Number | None = Field(None, description="The greatest value that is still waived.")
    reason: Text = Field(description="Why the exception is right.")
    ticket: Text = Field(description="Where it was discussed.")
    owner: Text = Field(description="Who asked for it and answers for it.")
    approver: Text = Field(description="Who granted it: another person.")
    granted: Day = Field(description="First day.")
    expires: Day = Field(description="Last day; at most a year later.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if _person(self.owner) == _person(self.approver):
            raise PlacedError(("approver",), "is its owner too; somebody else must grant a waiver")
        if self.floor is None and self.ceiling is None:
            raise ValueError("the waiver has no limit; give the floor or ceiling that the value must still keep")
        if self.facet is None and self.facet_value is not None:
            raise PlacedError(("facet_value",), "needs the facet it belongs to; add facet")
        granted, expires = _day("granted", self.granted), _day("expires", self.expires)
        if expires < granted:
            raise PlacedError(("expires",), f"is {self.expires}, before it is granted; mend one of the two")
        if expires - granted > LONGEST:
            problem = f"is {(expires - granted).days} days after it is granted; at most {LONGEST.days}, then grant anew"
            raise PlacedError(("expires",), problem)
        return self

    def to_waiver(self) -> Waiver:
        """The waiver as the steps use it."""
        fields = self.model_dump()
        if self.facet is not None and self.facet_value is None:
            fields["facet_value"] = "*"
        return Waiver(**fields)


class WaiversFile(FileModel):
    """All waivers, and how many each team may have in force on one day."""

    budgets: dict[Text, Annotated[int, Field(ge=0)]] = Field(
        description="By team: how many of its waivers may be in force on one day."
    )
    waivers: Annotated[list[WaiverFile], Field(max_length=1000)] = Field(description="The exceptions.")

    @model_validator(mode="after")
    def _within_budgets(self) -> Self:
        seen: set[str] = set()
        for index, waiver in enumerate(self.waivers):
            if waiver.id in seen:
                raise PlacedError(
                    ("waivers", index, "id"), f"is {waiver.id!r}, like that of another waiver; rename one"
                )
            seen.add(waiver.id)
            if waiver.team not in self.budgets:
                problem = f"is {waiver.team!r}, which has no budget; say under budgets how many it may have in force"
                raise PlacedError(("waivers", index, "team"), problem)
        for team in sorted({waiver.team for waiver in self.waivers}):
            most, day = _busiest([waiver for waiver in self.waivers if waiver.team == team])
            if most > self.budgets[team]:
                problem = f"is {self.budgets[team]}, but {most} waivers are in force on {day}; end one, or raise it"
                raise PlacedError(("budgets", team), problem)
        return self


def _busiest(waivers: list[WaiverFile]) -> tuple[int, str]:
    """The day with the most waivers in force: one of their first days."""
    days = sorted({waiver.granted for waiver in waivers})
    return max((sum(w.granted <= day <= w.expires for w in waivers), day) for day in days)


def _day(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PlacedError((key,), f"is {text}, which is no day of the calendar; write it as 2027-03-31") from error


def _person(name: str) -> str:
    return " ".join(name.split()).casefold()
