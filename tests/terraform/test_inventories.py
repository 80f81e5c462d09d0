"""What each root plans, against inventories of what matters."""

import pytest

from tests.terraform.inventory import differences
from tests.terraform.offline import CASES, plan_case

pytestmark = pytest.mark.terraform

EVERY_CASE = sorted((path.parent.name, path.stem) for path in CASES.glob("*/*.tfvars"))


@pytest.mark.parametrize(("root", "case"), EVERY_CASE)
def test_a_root_plans_what_its_inventory_says(root: str, case: str) -> None:
    """Each case's values give the resources of the inventory beside it."""
    found = differences(plan_case(root, case), CASES / root / f"{case}.yaml")

    assert not found, "\n".join(found)
