"""Quota and retry policies."""

import pytest

from local.sagemaker.interpreter.failures import RESOURCE_LIMIT, StepFailedError
from local.sagemaker.interpreter.quota import Quota
from local.sagemaker.interpreter.retries import Retries

LIMIT = {"ExceptionType": ["SageMaker.RESOURCE_LIMIT"], "IntervalSeconds": 60, "BackoffRate": 1.5, "MaxAttempts": 3}


def test_job_over_the_quota_is_refused_and_may_be_retried() -> None:
    """The refusal is the exception type that retry policies name; a freed slot serves the next job."""
    quota = Quota(1)
    with (
        quota.slots(1),
        pytest.raises(StepFailedError, match=r"ResourceLimitExceeded: .* limit") as caught,
        quota.slots(1),
    ):
        pass

    assert caught.value.kind == RESOURCE_LIMIT
    with quota.slots(1):
        pass


def test_pauses_grow_by_the_backoff_rate_until_the_attempts_are_used() -> None:
    """Interval, interval x rate, interval x rate squared, then no more."""
    retries = Retries([LIMIT])

    assert [retries.pause_after("SageMaker.RESOURCE_LIMIT") for _ in range(4)] == [60.0, 90.0, 135.0, None]


def test_policies_count_separately() -> None:
    """Each exception type has the attempts of its own policy."""
    retries = Retries([{**LIMIT, "MaxAttempts": 1}, {"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"]}])

    assert retries.pause_after("SageMaker.RESOURCE_LIMIT") == 60.0
    assert retries.pause_after("SageMaker.JOB_INTERNAL_ERROR") == 1.0
    assert retries.pause_after("SageMaker.RESOURCE_LIMIT") is None
    assert retries.pause_after("SageMaker.JOB_INTERNAL_ERROR") == 2.0


def test_expiry_bounds_the_time_instead_of_the_attempts() -> None:
    """A pause that would end after the expiry is not taken."""
    retries = Retries([{"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": 40, "ExpireAfterMin": 1}])

    assert retries.pause_after("Step.THROTTLING") == 40.0
    assert retries.pause_after("Step.THROTTLING") is None


@pytest.mark.parametrize(
    ("kind", "pause"), [(None, None), ("SageMaker.CAPACITY_ERROR", None), ("Step.THROTTLING", 1.0)]
)
def test_what_is_retried_without_a_policy(kind: str | None, pause: float | None) -> None:
    """Service faults and throttling are, exit codes and the other types are not."""
    assert Retries([]).pause_after(kind) == pause
