"""Watch registered packages until each has its verdict. Reads the registry, touches nothing."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.package import APPROVED, REJECTED

POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the registry says of one package: *verdict* is approved, rejected or held."""

    verdict: str
    reasons: str
    seconds: float


def verdict_of(package: Mapping[str, Any]) -> str | None:
    """Return the verdict that a described package carries, or None while it has none."""
    status = package["ModelApprovalStatus"]
    if status in (APPROVED, REJECTED):
        return str(status).lower()
    return (package.get("CustomerMetadataProperties") or {}).get("modelgate-verdict")


def watch(
    sagemaker: Any,
    started: Mapping[str, float],
    *,
    seconds: float,
    seen: Callable[[str, Outcome], None],
    unless: Iterable[str] = (),
) -> dict[str, Outcome]:
    """Poll until every package of *started* (ARN to `time.monotonic` of its registration) has a verdict.

    Verdicts in *unless* are not waited for: they are what the packages had before. Packages that have none after
    *seconds* are missing from the answer.
    """
    outcomes: dict[str, Outcome] = {}
    deadline = time.monotonic() + seconds
    while len(outcomes) < len(started) and time.monotonic() < deadline:
        for arn in started.keys() - outcomes.keys():
            package = sagemaker.describe_model_package(ModelPackageName=arn)
            verdict = verdict_of(package)
            if verdict is None or verdict in unless:
                continue
            outcomes[arn] = Outcome(
                verdict=verdict,
                reasons=package.get("ApprovalDescription", ""),
                seconds=time.monotonic() - started[arn],
            )
            seen(arn, outcomes[arn])
        time.sleep(POLL_SECONDS)
    return outcomes
