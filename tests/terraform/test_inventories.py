"""What each root plans, against inventories of what matters."""

import pytest

from tests.terraform.inventory import differences
from tests.terraform.offline import CASES, environment_values, offline_root, plan_case

pytestmark = pytest.mark.terraform

EVERY_CASE = sorted((path.parent.name, path.stem) for path in CASES.glob("*/*.tfvars"))


@pytest.mark.parametrize(("root", "case"), EVERY_CASE)
def test_a_root_plans_what_its_inventory_says(root: str, case: str) -> None:
    """Each case's values give the resources of the inventory beside it."""
    found = differences(plan_case(root, case), CASES / root / f"{case}.yaml")

    assert not found, "\n".join(found)


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_the_values_of_every_environment_can_be_planned(environment: str) -> None:
    """The tracked values alone are enough for the governance root, with what the build hands in."""
    assert offline_root("governance").save_plan(environment_values("governance", environment)).exists()
