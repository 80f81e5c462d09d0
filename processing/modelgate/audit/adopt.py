"""The first audit of a group: what was approved before anybody watched is listed once, and then left alone."""

from collections.abc import Iterable
from datetime import datetime

from modelgate.audit.finding import Finding, Kind
from modelgate.audit.package import Watched
from modelgate.contracts.package import APPROVED
from modelgate.evidence.adoption import Adoption, LegacyPackage
from modelgate.evidence.proof import Flaw


def adopt(group: str, packages: Iterable[Watched], *, now: datetime) -> Adoption:
    """The note of *group*: its approved packages of which nothing that binds was ever said.

    A package with a signed decision is none of them, whatever has become of it: the gate has watched it.
    """
    legacy = {
        str(watched.package.arn.version): LegacyPackage(
            registration=watched.package.registration, creation_time=watched.package.creation_time
        )
        for watched in packages
        if is_candidate(watched)
    }
    return Adoption(group=group, adopted_at=now.isoformat(), packages=legacy)


def legacy_finding(watched: Watched) -> Finding:
    """What is said once of a package that was approved before."""
    arn = watched.package.arn
    return Finding(
        kind=Kind.LEGACY,
        sentence=(
            f"{arn} was Approved before the gate watched its group, and is noted as such; see whether you know it, "
            "and register a new version to have its model judged"
        ),
        package=arn,
        group=arn.group,
    )


def is_candidate(watched: Watched) -> bool:
    """Whether it is approved, and nothing that binds was ever said of it.

    While a group is in shadow people decide: what they approved then is legacy once its verdicts bind.
    """
    unheard = watched.proof(None).flaw in (Flaw.NO_RECORD, Flaw.NOT_VALID) and not watched.was_bound
    return unheard and watched.package.approval_status == APPROVED
