"""Watch registered packages until each has its verdict. Reads the registry, touches nothing."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.package import APPROVED, REJECTED
from modelgate.evidence.registry_text import META_EVIDENCE, META_VERDICT

POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the registry says of one package: *verdict* is approved, rejected, held, or ``shadow-…`` and binds nobody.

    *evidence* is the address of the record, empty where the registry names none.
    """

    verdict: str
    reasons: str
    seconds: float
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A package without a verdict; *at* is `time.monotonic` of what it waits since.

    Verdicts in *unless* are not waited for: they are what the package had before.
    """

    at: float
    unless: tuple[str, ...] = ()


def verdict_of(package: Mapping[str, Any]) -> str | None:
    """Return the verdict that a described package carries, or None while it has none."""
    status = package["ModelApprovalStatus"]
    if status in (APPROVED, REJECTED):
        return str(status).lower()
    return (package.get("CustomerMetadataProperties") or {}).get(META_VERDICT)


def arrivals(sagemaker: Any, waiting: dict[str, Awaited], *, seconds: float) -> Iterator[tuple[str, Outcome]]:
    """Poll, and yield each package of *waiting* (by ARN) with its verdict, taken out as it comes.

    Whoever takes one may put others in. Ends when none is left, or when none came for *seconds*; those without a
    verdict are left in *waiting* then.
    """
    last = time.monotonic()
    while waiting and time.monotonic() < last + seconds:
        for arn, awaited in list(waiting.items()):
            package = sagemaker.describe_model_package(ModelPackageName=arn)
            verdict = verdict_of(package)
            if verdict is None or verdict in awaited.unless:
                continue
            del waiting[arn]
            last = time.monotonic()
            yield arn, _outcome(package, verdict, last - awaited.at)
        time.sleep(POLL_SECONDS)


def _outcome(package: Mapping[str, Any], verdict: str, seconds: float) -> Outcome:
    return Outcome(
        verdict=verdict,
        reasons=package.get("ApprovalDescription", ""),
        seconds=seconds,
        evidence=(package.get("CustomerMetadataProperties") or {}).get(META_EVIDENCE, ""),
    )
