"""Every environment's values plan in every root, with no account and no network."""

import pytest

from tests.terraform.offline import environment_values, offline_root, planned

pytestmark = pytest.mark.terraform

ENVIRONMENTS = ("dev", "staging", "prod")  # `local` is what all other tests plan


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_governance_plans_with_the_tracked_values(environment: str) -> None:
    """Bad values of an environment are found before anybody logs in to it, and its names tell it apart."""
    plan = planned(offline_root("governance").plan(environment_values("governance", environment)))
    evidence = plan["module.evidence_store.aws_s3_bucket.evidence"]

    assert evidence["bucket"].startswith(f"modelgate-{environment}-evidence-")
    assert evidence["force_destroy"] == (environment == "dev")
    assert plan["module.evidence_store.aws_s3_bucket_object_lock_configuration.evidence"]["rule"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_product_plans_with_the_tracked_values(environment: str) -> None:
    """Each environment has the example's lending team."""
    plan = planned(offline_root("product").plan(environment_values("product", environment), product="lending"))
    bucket = plan["module.product_account.aws_s3_bucket.evidence"]["bucket"]

    assert bucket.startswith(f"modelgate-{environment}-lending-")
