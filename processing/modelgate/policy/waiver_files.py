"""``waivers.yaml``: exceptions to checks, each with an end, a limit, and two people who answer for it."""

from collections import Counter
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, model_validator

from modelgate.policy.file_model import FileModel, Name, Number, Text
from modelgate.policy.model import Waiver

LONGEST = timedelta(days=365)
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


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
    def _sound(self) -> "WaiverFile":
        if self.owner.strip().casefold() == self.approver.strip().casefold():
            raise ValueError("owner and approver are the same person; somebody else must grant a waiver")
        if self.floor is None and self.ceiling is None:
            raise ValueError("the waiver has no limit; give the floor or ceiling that the value must still keep")
        if self.facet is None and self.facet_value is not None:
            raise ValueError("facet_value needs the facet it belongs to")
        granted, expires = _day(self.granted), _day(self.expires)
        if expires < granted:
            raise ValueError(f"it expires on {self.expires}, before it is granted; mend one of the two")
        if expires - granted > LONGEST:
            raise ValueError(f"it lasts {(expires - granted).days} days; at most {LONGEST.days}, then grant it anew")
        return self

    def to_waiver(self) -> Waiver:
        """The waiver as the steps use it."""
        fields = self.model_dump()
        if self.facet is not None and self.facet_value is None:
            fields["facet_value"] = "*"
        return Waiver(**fields)


class WaiversFile(FileModel):
    """All waivers, and how many each team may have in force on one day."""

    budgets: dict[Text, Annotated[int, Field(ge=0)]]
    waivers: list[WaiverFile]

    @model_validator(mode="after")
    def _within_budgets(self) -> "WaiversFile":
        for twice, times in Counter(waiver.id for waiver in self.waivers).items():
            if times > 1:
                raise ValueError(f"two waivers have the id {twice!r}; rename one")
        for team in sorted({waiver.team for waiver in self.waivers}):
            if team not in self.budgets:
                raise ValueError(f"team {team!r} has waivers and no budget; say how many it may have in force")
            most, day = _busiest([waiver for waiver in self.waivers if waiver.team == team])
            if most > self.budgets[team]:
                raise ValueError(
                    f"team {team!r} has {most} waivers in force on {day}, its budget is {self.budgets[team]}; "
                    "end one, or raise the budget"
                )
        return self


def _busiest(waivers: list[WaiverFile]) -> tuple[int, str]:
    """The day with the most waivers in force: one of their first days."""
    days = sorted({waiver.granted for waiver in waivers})
    return max((sum(w.granted <= day <= w.expires for w in waivers), day) for day in days)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no day of the calendar; write it as 2027-03-31") from error
