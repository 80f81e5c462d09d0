"""The policy file format, version 2. Every key is known."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from modelgate.contracts.gate import ProblemType, RiskTier
from modelgate.contracts.package import REPORT_MEMBERS
from modelgate.contracts.results import Severity
from modelgate.policy.check_files import CheckFile
from modelgate.policy.file_model import Account, FileModel, Lax, Name, PlacedError, Text, Texts
from modelgate.policy.model import Approval, Evidence, Match, Policy

_EXTRA = re.compile(r"Extra\.[a-z0-9]+(-[a-z0-9]+)*")
_REPORTS = {family for family, _ in REPORT_MEMBERS} | {f"{family}.{member}" for family, member in REPORT_MEMBERS}


class MatchFile(FileModel):
    """Which packages the policy governs: all that is given must fit, of a list one entry."""

    groups: Texts | None = Field(None, description="Package groups by name; * matches any text.")
    accounts: Annotated[list[Account], Field(min_length=1)] | None = Field(
        None, description="Accounts of the registering teams, in quotes."
    )
    tags: Annotated[dict[Text, str], Field(min_length=1)] | None = Field(None, description="Tags of the group.")
    metadata: Annotated[dict[Text, str], Field(min_length=1)] | None = Field(
        None, description="CustomerMetadataProperties of the package: the team's own word, never alone."
    )
    problem_types: Annotated[list[Lax[ProblemType]], Field(min_length=1)] | None = Field(
        None, description="Problem types of the group."
    )
    risk_tiers: Annotated[list[Lax[RiskTier]], Field(min_length=1)] | None = Field(
        None, description="Risk tiers of the group."
    )

    @model_validator(mode="after")
    def _not_everything(self) -> Self:
        if not any((self.groups, self.accounts, self.tags, self.problem_types, self.risk_tiers)):
            if self.metadata:
                raise ValueError("metadata alone would let a team choose its judge; name groups, tags or accounts too")
            raise ValueError("fits no package; name groups, accounts, tags, problem_types or risk_tiers")
        return self

    @property
    def match(self) -> Match:
        """The choice as the steps use it."""
        return Match(
            groups=tuple(sorted(set(self.groups or ()))),
            accounts=tuple(sorted(set(self.accounts or ()))),
            tags=dict(sorted((self.tags or {}).items())),
            metadata=dict(sorted((self.metadata or {}).items())),
            problem_types=tuple(sorted(set(self.problem_types or ()))),
            risk_tiers=tuple(sorted(set(self.risk_tiers or ()))),
        )


class EvidenceFile(FileModel):
    """Reports that the package must name, whether each needs a ContentDigest, and how old it may be."""

    required: Annotated[list[str], Field(min_length=1)] = Field(
        description="A family, Family.Member, or Extra.<name>, which a step of the pipeline makes."
    )
    content_digest: Literal["required", "optional"] = Field(description="Whether each report needs a ContentDigest.")
    maximum_age_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(
        None, description="Greatest age of a report when it is judged, counted from its arrival."
    )

    @model_validator(mode="after")
    def _known(self) -> Self:
        for index, report in enumerate(self.required):
            if report not in _REPORTS and not _EXTRA.fullmatch(report):
                known = f"{', '.join(sorted(_REPORTS))}, Extra.<name>"
                problem = f"is {report!r}, which no package can name; one of: {known}"
                raise PlacedError(("required", index), problem)
        return self


class PolicyFile(FileModel):
    """One policy."""

    policy: Name = Field(description="Its name.")
    version: Annotated[int, Field(ge=1, le=999_999_999)] = Field(description="Its version; it only grows.")
    owner: Text = Field(description="Who answers for it.")
    description: Text = Field(description="What it is for.")
    match: MatchFile = Field(description="Which packages it governs.")
    evidence: EvidenceFile = Field(description="What a package must bring.")
    approval: Lax[Approval] = Field(
        Approval.AUTOMATIC, description="review: passing every check leaves the last word to a person."
    )
    checks: Annotated[list[CheckFile], Field(min_length=1, max_length=500, description="What its numbers must hold.")]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        seen: set[str] = set()
        for index, check in enumerate(self.checks):
            if check.id in seen:
                raise PlacedError(("checks", index, "id"), f"is {check.id!r}, like that of another check; rename one")
            seen.add(check.id)
        if all(check.severity is not Severity.FAIL for check in self.checks):
            problem = "have none with the severity fail, so nothing could ever be approved; give it to one"
            raise PlacedError(("checks",), problem)
        return self

    def to_policy(self) -> Policy:
        """The policy as the steps use it: sets sorted, so that order in the file changes no digest."""
        return Policy(
            name=self.policy,
            version=self.version,
            owner=self.owner,
            description=self.description,
            match=self.match.match,
            evidence=Evidence(
                required=tuple(sorted(set(self.evidence.required))),
                content_digest_required=self.evidence.content_digest == "required",
                maximum_age_days=self.evidence.maximum_age_days,
            ),
            approval=self.approval,
            checks=tuple(check.to_check() for check in sorted(self.checks, key=lambda check: check.id)),
        )


class BundleFile(FileModel):
    """``bundle.yaml``: the version of the folder's policies and waivers taken together; it only grows."""

    version: Annotated[int, Field(ge=1, le=999_999_999)] = Field(description="The version; raise it with every change.")
