"""An endpoint of an evaluation: made, waited for, and never left behind."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from modelgate.aws.endpoint_life import Life, serve
from modelgate.aws.endpoint_removal import moment, sweep
from modelgate.aws.evaluation_marks import EXECUTION_TAG, UNTIL_TAG
from modelgate.aws.objects import Bucket
from modelgate.errors import BudgetSpentError, ContentError, InfrastructureError

from tests.unit.aws.sagemaker_double import Double, Time
from tests.unit.aws.test_served_model import serving


@dataclass
class Store:
    """S3 where every model file is at *version*."""

    version: str = "v1"

    def head_object(self, **_: Any) -> Any:
        return {"VersionId": self.version}


@pytest.fixture
def time() -> Time:
    """The clock."""
    return Time()


@pytest.fixture
def sagemaker(time: Time) -> Iterator[Double]:
    """SageMaker, where a new endpoint is in service at the second look."""
    before = signal.getsignal(signal.SIGTERM)
    yield Double(time=time)
    assert signal.getsignal(signal.SIGTERM) is before


def life(sagemaker: Double, time: Time, store: Store | None = None, **change: Any) -> Any:
    """The life of an endpoint, as a context manager."""
    bucket = Bucket(s3=store or Store(), name="store", owner=None)  # type: ignore[arg-type]
    return serve(sagemaker, bucket, replace(serving(), **change), now=time.now, sleep=time.sleep)  # type: ignore[arg-type]


def test_an_endpoint_is_made_used_and_removed(sagemaker: Double, time: Time) -> None:
    """On the machine of the evaluation, tagged with its execution and the end of its time."""
    name = serving().name
    with life(sagemaker, time) as alive:
        assert (alive.name, alive.until) == (name, 1_800_000_000 + 3600)
        assert sagemaker.left == ["endpoint", "config", "model"]
        (variant,) = sagemaker.configs[name]["ProductionVariants"]
        tags = {tag["Key"]: tag["Value"] for tag in sagemaker.endpoints[name]["Tags"]}

    assert sagemaker.configs == sagemaker.models == {}
    assert sagemaker.endpoints[name]["looks"] == ["gone"]  # it is being deleted
    assert variant == {
        "VariantName": "evaluated",
        "ModelName": name,
        "InitialInstanceCount": 1,
        "InstanceType": "ml.g5.xlarge",
        "ContainerStartupHealthCheckTimeoutInSeconds": 3600,
        "ModelDataDownloadTimeoutInSeconds": 3600,
    }
    assert tags == {EXECUTION_TAG: "abc123", UNTIL_TAG: "2027-01-15T09:00:00+00:00"}


@pytest.mark.parametrize("error", [ValueError("a bug"), BudgetSpentError("spent"), KeyboardInterrupt()])
def test_whatever_ends_the_evaluation_removes_the_endpoint(sagemaker: Double, time: Time, error: BaseException) -> None:
    """And comes out as it is."""
    with pytest.raises(type(error)), life(sagemaker, time):
        raise error

    assert sagemaker.left == ["endpoint"]
    assert sagemaker.endpoints[serving().name]["looks"] == ["gone"]


def test_told_to_stop_it_is_removed_at_once(sagemaker: Double, time: Time) -> None:
    """Before the error comes out: threads that still ask must not hold it up."""
    calls: list[str] = []

    def asking() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            calls.extend(sagemaker.calls)

    with pytest.raises(InfrastructureError, match="told to stop"), life(sagemaker, time):
        asking()

    assert {"DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel"} <= set(calls)
    assert sagemaker.calls.count("DeleteEndpoint") == 1


def test_told_to_stop_while_it_is_made_it_says_what_is_left(sagemaker: Double, time: Time) -> None:
    """SageMaker deletes no endpoint that is being made; its configuration and model stay, so that it can end."""
    sagemaker.statuses = ["Creating"]
    time.ticks = lambda: os.kill(os.getpid(), signal.SIGTERM) if sagemaker.endpoints else None

    with (
        pytest.raises(InfrastructureError, match=r"the endpoint .* is left, which costs money.*told to stop"),
        life(sagemaker, time),
    ):
        raise AssertionError("it is never in service")

    assert sagemaker.left == ["endpoint", "config", "model"]


def test_after_a_kill_the_same_endpoint_goes_on(sagemaker: Double, time: Time) -> None:
    """Until the moment that it was given first: a kill buys no time."""
    killed = life(sagemaker, time)
    first = killed.__enter__()
    time.seconds += 600

    with life(sagemaker, time) as again:
        assert again.until == first.until

    assert sagemaker.calls.count("CreateEndpoint") == 1
    assert sagemaker.left == ["endpoint"]
    killed.gen.close()


def test_a_killed_run_that_only_made_the_model_is_gone_on_with(sagemaker: Double, time: Time) -> None:
    """What has the name has the content."""
    sagemaker.refusals = {"CreateEndpoint": ["ThrottlingException"], "DeleteModel": ["AccessDenied"] * 4}
    with pytest.raises(InfrastructureError, match=r"the model .* is left: .*AccessDenied"), life(sagemaker, time):
        pass
    assert sagemaker.left == ["model"]

    with life(sagemaker, time):
        pass

    assert sagemaker.models == {}


@pytest.mark.parametrize("status", ["Failed", "OutOfService", "InService", "Deleting"])
def test_a_former_endpoint_that_is_no_good_is_removed_first(sagemaker: Double, time: Time, status: str) -> None:
    """One that failed, that is past its time, or that is being removed already."""
    killed = life(sagemaker, time)
    killed.__enter__()
    sagemaker.endpoints[serving().name]["looks"] = [status]
    time.seconds += 3600

    with life(sagemaker, time) as alive:
        assert alive.until > time.now()

    assert sagemaker.calls.count("CreateEndpoint") == 2
    killed.gen.close()


def test_a_model_that_does_not_start_is_the_teams_fault(sagemaker: Double, time: Time) -> None:
    """In the service's words, and nothing is left."""
    sagemaker.statuses = ["Creating", "Failed"]
    sagemaker.reason = "The primary container for production variant evaluated did not pass the ping health check."

    with (
        pytest.raises(ContentError, match=r"the package's model does not start: .* ping health check"),
        life(sagemaker, time),
    ):
        pass

    assert sagemaker.left == ["endpoint"]


@pytest.mark.parametrize(
    "reason",
    [
        "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error.",
        "Request to service failed. If failure persists after retry, contact customer support.",
        "something new",
        None,
    ],
)
def test_any_other_failure_is_infrastructure(sagemaker: Double, time: Time, reason: str | None) -> None:
    """Nobody's model is rejected for what SageMaker did not do."""
    sagemaker.statuses = ["Creating", "Failed"]
    sagemaker.reason = reason

    with (
        pytest.raises(InfrastructureError, match=f"is Failed: {(reason or 'no reason given')[:20]}"),
        life(sagemaker, time),
    ):
        pass


def test_no_room_for_an_instance_is_infrastructure(sagemaker: Double, time: Time) -> None:
    """And takes the model and configuration away again."""
    sagemaker.refusals = {"CreateEndpoint": ["ResourceLimitExceeded"]}

    with (
        pytest.raises(InfrastructureError, match=r"creating the endpoint .* failed: .*ResourceLimitExceeded"),
        life(sagemaker, time),
    ):
        pass

    assert sagemaker.left == []


def test_what_was_just_created_may_not_be_seen_yet(sagemaker: Double, time: Time) -> None:
    """The service says so of itself; it is tried again."""
    sagemaker.refusals = {"CreateEndpoint": ["Could not find endpoint configuration"] * 2}

    with life(sagemaker, time):
        assert sagemaker.calls.count("CreateEndpoint") == 3


def test_an_endpoint_that_never_comes_up_ends_with_its_time(sagemaker: Double, time: Time) -> None:
    """What it may cost bounds the waiting too."""
    sagemaker.statuses = ["Creating"]

    with (
        pytest.raises(InfrastructureError, match=r"is left.*came before: .* not in service after 3600 seconds"),
        life(sagemaker, time),
    ):
        pass

    assert time.now() < 1_800_000_000 + 3700


def test_nothing_is_made_that_may_cost_too_much(sagemaker: Double, time: Time) -> None:
    """Not even a model."""
    dear = replace(serving().machine, maximum_cost=1.99)

    with (
        pytest.raises(BudgetSpentError, match=r"may cost 2\.00, at most 1\.99 is allowed"),
        life(sagemaker, time, machine=dear),
    ):
        pass

    assert sagemaker.calls == []


def test_calls_end_with_its_time(time: Time) -> None:
    """To the second."""
    alive = Life(name="x", until=time.now() + 1, now=time.now)
    alive.require()
    time.seconds += 1

    with pytest.raises(BudgetSpentError, match="has had its time"):
        alive.require()


def test_a_model_file_that_changed_meanwhile_ends_the_evaluation(sagemaker: Double, time: Time) -> None:
    """Whatever answered, it may not have been what is judged."""
    store = Store()

    with (
        pytest.raises(InfrastructureError, match="another model would be asked than is judged"),
        life(sagemaker, time, store),
    ):
        store.version = "v2"

    assert sagemaker.models == {}


def test_throttled_removal_is_tried_again(sagemaker: Double, time: Time) -> None:
    """Each part of it."""
    kinds = ("DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel")
    sagemaker.refusals = {kind: ["ThrottlingException"] * 2 for kind in kinds}

    with life(sagemaker, time):
        pass

    assert sagemaker.left == ["endpoint"]


def test_the_model_is_removed_though_its_configuration_stays(sagemaker: Double, time: Time) -> None:
    """And the one that stays is named."""
    sagemaker.refusals = {"DeleteEndpointConfig": ["AccessDenied"] * 4}

    with (
        pytest.raises(InfrastructureError, match=f"the endpoint configuration {serving().name} is left"),
        life(sagemaker, time),
    ):
        pass

    assert sagemaker.left == ["endpoint", "config"]


def test_an_endpoint_that_is_not_deleted_though_the_service_says_so(sagemaker: Double, time: Time) -> None:
    """It is looked at, for it costs money."""
    with pytest.raises(InfrastructureError, match="is left, which costs money"), life(sagemaker, time):
        sagemaker._DeleteEndpoint = lambda EndpointName: {}  # type: ignore[method-assign]  # noqa: N803


@pytest.fixture
def abandoned(sagemaker: Double, time: Time) -> Iterator[Double]:
    """An endpoint whose job was killed, and one that somebody else made."""
    killed = life(sagemaker, time)
    killed.__enter__()
    at = datetime.fromtimestamp(time.now(), UTC)
    sagemaker.endpoints["a-modelgate-evaluation-x"] = {"looks": ["InService"], "at": at}
    yield sagemaker
    killed.gen.close()


def test_the_sweep_takes_what_is_past_its_time(abandoned: Double, time: Time) -> None:
    """With configuration and model, and nothing of anybody else's."""
    assert sweep(abandoned, time.now() + 3500, sleep=time.sleep).removed == ()  # type: ignore[arg-type]

    swept = sweep(abandoned, time.now() + 3600, sleep=time.sleep)  # type: ignore[arg-type]

    assert (swept.removed, swept.left) == ((serving().name,), ())
    assert abandoned.configs == abandoned.models == {}
    assert abandoned.endpoints["a-modelgate-evaluation-x"]["looks"] == ["InService"]


@pytest.mark.parametrize("tags", [[], [{"Key": UNTIL_TAG, "Value": "for ever"}]])
def test_an_endpoint_without_its_tag_lives_a_day(abandoned: Double, time: Time, tags: list[dict[str, str]]) -> None:
    """Taking the tag away buys no more."""
    abandoned.tags = dict.fromkeys(abandoned.tags, tags)

    assert sweep(abandoned, time.now() + 86_000, sleep=time.sleep).removed == ()  # type: ignore[arg-type]
    assert sweep(abandoned, time.now() + 86_400, sleep=time.sleep).removed == (serving().name,)  # type: ignore[arg-type]


def test_a_tag_buys_no_more_than_the_longest_job(abandoned: Double, time: Time) -> None:
    """Five days after the endpoint was made, whatever its tag says."""
    abandoned.tags = {key: [{"Key": UNTIL_TAG, "Value": "9999-12-31T23:59:59+00:00"}] for key in abandoned.tags}
    end = abandoned.endpoints[serving().name]["at"].timestamp() + 432_000

    assert sweep(abandoned, end - 1, sleep=time.sleep).removed == ()  # type: ignore[arg-type]
    assert sweep(abandoned, end, sleep=time.sleep).removed == (serving().name,)  # type: ignore[arg-type]


def test_a_tag_that_says_the_year_1970_is_past(abandoned: Double, time: Time) -> None:
    """Zero seconds are a time as well."""
    abandoned.tags = {key: [{"Key": UNTIL_TAG, "Value": moment(0)}] for key in abandoned.tags}

    assert sweep(abandoned, time.now(), sleep=time.sleep).removed == (serving().name,)  # type: ignore[arg-type]


def test_an_endpoint_that_is_gone_on_with_lives_no_longer_for_its_tag(sagemaker: Double, time: Time) -> None:
    """Its time is the machine's, from when it was made."""
    killed = life(sagemaker, time)
    killed.__enter__()
    made = sagemaker.endpoints[serving().name]["at"].timestamp()
    sagemaker.tags = {key: [{"Key": UNTIL_TAG, "Value": "9999-12-31T23:59:59+00:00"}] for key in sagemaker.tags}

    with life(sagemaker, time) as again:
        assert again.until == made + 3600
    killed.gen.close()


def test_the_sweep_says_what_it_could_not_take(abandoned: Double, time: Time) -> None:
    """And goes on with the others."""
    abandoned.refusals = {"DeleteEndpoint": ["AccessDenied"] * 4}

    swept = sweep(abandoned, time.now() + 3600, sleep=time.sleep)  # type: ignore[arg-type]

    assert swept.removed == ()
    assert swept.left[0].startswith(f"the endpoint {serving().name} is left, which costs money")


def test_the_moment_is_told_in_utc() -> None:
    """Within the characters of a tag."""
    assert moment(0) == "1970-01-01T00:00:00+00:00"
