"""Values that cannot work are refused before anything is planned, and the message says the fix."""

from pathlib import Path

import pytest
import tftest

from tests.terraform.offline import environment_values, offline_root

pytestmark = pytest.mark.terraform

PLATFORM = {
    "deploy_role": ('"arn:aws:iam::1:role/x"', "not an ARN"),
    "deployers": ('["modelgate-*"]', "not an ARN and not a pattern"),
    "environment": ('"X"', 'such as "staging"'),
    "governance_account_id": ('"22"', "12 digits, in quotes"),
    "on_destroy": ('"perhaps"', 'must be "refuse" or "empty"'),
    "prefix": ('"Model_Gate"', "3 to 20 lower-case letters"),
    "region": ('"Ireland"', 'such as "eu-west-1"'),
    "roles": ('{ path = "modelgate" }', "start and end with a slash"),
    "signing_keys": ('["Key 1"]', "lower-case letters, digits and hyphens"),
}
GOVERNANCE = {
    "image_uri": ('"repository:latest"', "pinned by digest"),
    "log_level": ('"LOUD"', "DEBUG, INFO, WARNING or ERROR"),
    "policy_bundle_path": ('"nowhere.json"', "make policies"),
    "lambda_zips": ('{ audit = "a.zip", copy_artifacts = "b.zip", start_approval = "c.zip" }', "make lambdas"),
    "start_approval": ("{ retry_seconds = 901 }", "between 1 and 900"),
    "compute": ('{ instance_type = "t3.medium" }', 'such as "ml.t3.medium"'),
    "groups": ('{ loans = { team = "x", account = "999999999999" } }', "account of a product"),
}


def refusal(root: str, values: dict[str, str], folder: Path, **inputs: str) -> str:
    """What Terraform says to *values*, on one line."""
    path = folder / "bad.tfvars"
    path.write_text("\n".join(f"{name} = {value}" for name, value in values.items()))
    with pytest.raises(tftest.TerraformTestError) as caught:
        offline_root(root).save_plan([*environment_values(root, "local"), path], **inputs)
    return " ".join(caught.value.cmd_error.replace("│", " ").split())


def test_each_bad_value_of_the_platform_is_told_with_its_fix(tmp_path: Path) -> None:
    """One run names every bad value at once, so that one edit mends them."""
    said = refusal("product", {name: value for name, (value, _) in PLATFORM.items()}, tmp_path, product="lending")

    assert [name for name, (_, fix) in PLATFORM.items() if fix not in said] == []


def test_each_bad_value_of_governance_is_told_with_its_fix(tmp_path: Path) -> None:
    """Unpinned images, missing builds and groups of unknown accounts never reach a plan."""
    said = refusal("governance", {name: value for name, (value, _) in GOVERNANCE.items()}, tmp_path)

    assert [name for name, (_, fix) in GOVERNANCE.items() if fix not in said] == []


def test_the_key_that_signs_is_always_said_and_said_once(tmp_path: Path) -> None:
    """No key signs nothing; one that is named twice would be both an old one and the one that signs."""
    for value in ("[]", '["2026", "2027", "2026"]'):
        said = refusal("product", {"signing_keys": value}, tmp_path, product="lending")

        assert "add a name at the end and keep the others" in said


def test_an_audit_that_would_report_wrongly_is_refused(tmp_path: Path) -> None:
    """A canary of no group is never found, and a bound below the wait for evidence reports what is on its way."""
    audit = """{
      canaries           = ["loan-approval/7"]
      interval_minutes   = 10
      timeout_seconds    = 900
      undecided_seconds  = 5
      unproved_approvals = "forgive"
    }"""
    said = refusal("governance", {"audit": audit}, tmp_path)

    fixes = (
        "a version in one of `groups`",
        'must be "report" or "revert"',
        "reported as lost",
        "two audits run at once",
    )
    assert [fix for fix in fixes if fix not in said] == []


def test_two_products_never_share_an_account(tmp_path: Path) -> None:
    """Isolation between teams is isolation between accounts."""
    shared = '{ lending = { account_id = "333333333333" }, insurance = { account_id = "333333333333" } }'

    assert "an account of its own" in refusal("product", {"products": shared}, tmp_path, product="lending")


def test_a_visibility_timeout_shorter_than_the_function_is_refused(tmp_path: Path) -> None:
    """Otherwise a message is handled twice at once."""
    limits = "{ timeout_seconds = 30, visibility_timeout_seconds = 10 }"

    assert "AWS advises six times" in refusal("governance", {"copy_artifacts": limits}, tmp_path)


def test_a_group_that_no_policy_could_select_by_what_it_says_is_refused(tmp_path: Path) -> None:
    """A typo in a tier would take a high-risk group out of its policy without a word."""
    group = 'team = "x", account = "333333333333"'
    groups = "{ " + ", ".join(
        f'loans-{field} = {{ {group}, {field} = "perhaps" }}' for field in ("mode", "problem_type", "risk_tier")
    )
    said = refusal("governance", {"groups": groups + " }"}, tmp_path)

    fixes = ('must be "enforce"', "binary, multiclass, regression or generative", "low, medium or high")
    assert [fix for fix in fixes if fix not in said] == []


def test_a_rollout_that_would_reach_nobody_is_refused(tmp_path: Path) -> None:
    """A bundle that was not built, or a group that is not under the gate: the rollout would look done."""
    rollout = '{ bundle_path = "nowhere.json", groups = ["loan-aproval"] }'
    said = refusal("governance", {"policy_rollout": rollout}, tmp_path)

    assert "policy_rollout.bundle_path: the bundle is missing" in said
    assert "every name must be one of `groups`" in said


def test_each_bad_extra_step_is_told_with_its_fix(tmp_path: Path) -> None:
    """What it reports decides verdicts, so its image is pinned, its role is another, and its name can be a report's."""
    digest, role = "sha256:" + "a" * 64, "arn:aws:iam::222222222222:role"
    steps = f"""{{
      Stress_Test = {{ image_uri = "stress:latest", role_arn = "arn:aws:iam::333333333333:role/stress" }}
      canary      = {{ image_uri = "canary@{digest}", role_arn = "{role}/gate-update", instance_type = "t3.medium" }}
    }}"""
    said = refusal("pipeline", {"extra_steps": steps}, tmp_path)

    fixes = (
        "lower-case letters, digits and hyphens",
        "pinned by digest",
        "a role of the governance account",
        "could write verdicts",
        'such as "ml.m5.large"',
    )
    assert [fix for fix in fixes if fix not in said] == []


def test_reviewers_and_people_for_emergencies_are_named_whole(tmp_path: Path) -> None:
    """A wildcard would let everybody of an account decide what the gate held, or past it."""
    for value in ("[]", '["arn:aws:iam::222222222222:role/*"]'):
        people = dict.fromkeys(("break_glass", "reviewers"), f"{{ principal_arns = {value} }}")
        said = refusal("governance", people, tmp_path)

        assert 'such as "arn:aws:iam::111111111101:role/model-risk"' in said
        assert 'such as "arn:aws:iam::111111111101:role/on-call"' in said


@pytest.mark.parametrize(
    ("values", "fixes"),
    [
        (
            {"start_approval": "{ maximum_running_executions = 0, retry_seconds = 60, wait_seconds = 6 }"},
            ("nothing would ever be judged", "never looked for again"),
        ),
        (
            {
                "copy_artifacts": "{ batch_size = 11, maximum_receives = 0 }",
                "evidence_lock": '{ mode = "GOVERNANCE", years = 0 }',
            },
            ("between 1 and 10", "between 1 and 1000", "a whole number of at least 1"),
        ),
    ],
    ids=["the root's own", "its modules'"],
)
def test_limits_under_which_nothing_would_be_judged_are_refused(
    tmp_path: Path, values: dict[str, str], fixes: tuple[str, ...]
) -> None:
    """The service would refuse some in the middle of an apply, and take others without a word."""
    said = refusal("governance", values, tmp_path)

    assert [fix for fix in fixes if fix not in said] == []
