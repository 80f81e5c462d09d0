"""Retry policies of a step, as declared.

A policy answers to exception types of the platform. What the step's own code did (its exit code) has none, so it is
never retried, as on the service.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from local.sagemaker.interpreter.failures import DefinitionError

KINDS = frozenset(
    {
        "Step.SERVICE_FAULT",
        "Step.THROTTLING",
        "SageMaker.JOB_INTERNAL_ERROR",
        "SageMaker.CAPACITY_ERROR",
        "SageMaker.RESOURCE_LIMIT",
    }
)
# The service retries these two without being told; its own numbers are not documented.
BY_DEFAULT = {"ExceptionType": ["Step.SERVICE_FAULT", "Step.THROTTLING"]}


@dataclass(slots=True)
class Retries:
    """Counts the attempts of one step against its policies."""

    policies: list[dict[str, Any]]
    _used: dict[int, int] = field(default_factory=dict)
    _since: float = field(default_factory=time.monotonic)

    def pause_after(self, kind: str | None) -> float | None:
        """Seconds to wait before the next attempt, or None when there is none."""
        for number, policy in enumerate([*self.policies, BY_DEFAULT]):
            if kind in _kinds(policy):
                return self._pause(number, policy)
        return None

    def _pause(self, number: int, policy: dict[str, Any]) -> float | None:
        used = self._used.get(number, 0)
        pause = policy.get("IntervalSeconds", 1) * policy.get("BackoffRate", 2.0) ** used
        if "ExpireAfterMin" in policy:
            over = time.monotonic() - self._since + pause > policy["ExpireAfterMin"] * 60
        else:
            over = used >= policy.get("MaxAttempts", 5)
        self._used[number] = used + 1
        return None if over else float(pause)


def check(policies: list[dict[str, Any]], step: str) -> None:
    """Refuse policies that the service would refuse."""
    for policy in policies:
        if unknown := sorted(set(_kinds(policy)) - KINDS):
            raise DefinitionError(
                f"Step {step!r}: unknown ExceptionType {unknown} in RetryPolicies; use {sorted(KINDS)}."
            )
        if "MaxAttempts" in policy and "ExpireAfterMin" in policy:
            raise DefinitionError(f"Step {step!r}: a retry policy has MaxAttempts or ExpireAfterMin, not both.")


def _kinds(policy: dict[str, Any]) -> list[str]:
    kinds = policy.get("ExceptionType", [])
    return kinds if isinstance(kinds, list) else [kinds]
