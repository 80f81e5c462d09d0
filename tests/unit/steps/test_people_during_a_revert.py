"""What a person decides while the update step sets an approval back stands."""

from typing import Any

import pytest

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.test_revert import adopt, ask_for_reverts, flip
from tests.unit.steps.world import World

REJECTED = "Rejected"


def flip_at_look(world: World, arn: str, number: int, status: str) -> None:
    """At the step's look *number* (from 1), somebody has just written *status*."""
    describe, looks = world.registry.describe_model_package, 0

    def flipped(**request: Any) -> dict[str, Any]:
        nonlocal looks
        looks += 1
        if looks == number:
            flip(world, arn, status)
        return describe(**request)

    world.registry.describe_model_package = flipped  # type: ignore[method-assign]


@pytest.mark.parametrize("status", [REJECTED, "gone"])
def test_a_rejection_in_the_moment_of_a_revert_stays(world: World, status: str) -> None:
    """The package is looked at again right before it is written: nobody's no becomes a pending again."""
    ask_for_reverts(world)
    adopt(world)
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.1)})
    flip(world, arn)
    report = world.check(arn, "run9")
    if status == REJECTED:
        flip_at_look(world, arn, 2, REJECTED)
    else:
        world.registry.describe_model_package = _gone_after(world, 1)  # type: ignore[method-assign]

    said = world.update(arn, report, "run9")

    assert "was not set back" in said
    assert world.status(arn) == (REJECTED if status == REJECTED else "Approved")


def _gone_after(world: World, number: int) -> Any:
    """The registry's answers, until somebody deletes the package after *number* of them."""
    describe, looks = world.registry.describe_model_package, 0

    def answer(**request: Any) -> dict[str, Any]:
        nonlocal looks
        looks += 1
        if looks == number + 1:
            request = {"ModelPackageName": request["ModelPackageName"].rpartition("/")[0] + "/999"}
        return describe(**request)

    return answer
