"""What an environment's values say, and which targets follow from them."""

from pathlib import Path

import pytest

from deploy.terraform import values
from deploy.terraform.errors import DeployError
from deploy.terraform.values import Environment

PLATFORM = """\
environment           = "try"
prefix                = "modelgate-try"
region                = "eu-west-1"
governance_account_id = "222222222222"
signing_keys          = ["2026"]

products = {
  lending = { account_id = "333333333333" }
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one environment, `try`."""
    found = tmp_path / "terraform/environments/try"
    found.mkdir(parents=True)
    (found / "platform.tfvars").write_text(PLATFORM)
    (found / "groups.tfvars").write_text("groups = {}\n")
    (found / "governance.tfvars").write_text("")
    (found / "organization.tfvars").write_text('management_account_id = "999999999999"\n')
    monkeypatch.setattr(values, "ROOT", tmp_path)
    monkeypatch.setattr(values, "values_folder", lambda name: tmp_path / "terraform/environments" / name)
    return found


@pytest.mark.parametrize("name", ["local", "dev", "staging", "prod"])
def test_the_tracked_values_of_every_environment_can_be_read(name: str) -> None:
    """Each names its governance account and at least one product."""
    environment = Environment.read(name)

    assert len(environment.governance_account) == 12
    assert environment.products
    assert environment.groups


def test_bootstrap_comes_first_and_every_account_has_its_own_state(folder: Path) -> None:
    """Governance and each product are bootstrapped; states lie in the bucket of their account."""
    environment = Environment.read("try")
    targets = environment.targets()

    assert [target.name for target in targets] == [
        "bootstrap/governance",
        "bootstrap/lending",
        "governance",
        "product/lending",
    ]
    assert [environment.state_bucket(target) for target in targets] == [
        "modelgate-try-tfstate-222222222222",
        "modelgate-try-tfstate-333333333333",
        "modelgate-try-tfstate-222222222222",
        "modelgate-try-tfstate-333333333333",
    ]


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("product", ["product/lending"]),
        ("bootstrap/lending", ["bootstrap/lending"]),
        ("bootstrap", ["bootstrap/governance", "bootstrap/lending"]),
        ("organization", ["organization"]),
    ],
)
def test_a_root_or_one_target_can_be_named(folder: Path, root: str, expected: list[str]) -> None:
    """A root means all its targets."""
    assert [target.name for target in Environment.read("try").targets(root)] == expected


def test_an_unknown_root_is_refused_with_the_known_ones(folder: Path) -> None:
    """Nothing is guessed."""
    with pytest.raises(DeployError, match=r"no root 'product/loans' in environment try; known are: .*product/lending"):
        Environment.read("try").targets("product/loans")


def test_an_unknown_environment_is_refused_with_the_known_ones(folder: Path) -> None:
    """A slip of the finger never makes an environment."""
    with pytest.raises(DeployError, match="no environment 'tyr'; known are: try"):
        Environment.read("tyr")


def test_values_that_are_not_hcl_are_refused_with_line_and_column(folder: Path) -> None:
    """The sentence leads to the place."""
    (folder / "platform.tfvars").write_text('prefix = "x"\nregion = = "y"\n')

    with pytest.raises(DeployError, match=r"platform\.tfvars, line 2, column \d+: not valid HCL"):
        Environment.read("try")


def test_a_missing_value_is_named(folder: Path) -> None:
    """Deploying needs the prefix before Terraform can complain about it."""
    (folder / "platform.tfvars").write_text(PLATFORM.replace("prefix ", "perfix "))

    with pytest.raises(DeployError, match="'prefix'"):
        Environment.read("try")


def test_a_missing_file_is_named(folder: Path) -> None:
    """Every environment has the same files."""
    (folder / "groups.tfvars").unlink()

    with pytest.raises(DeployError, match=r"try/groups\.tfvars is missing; copy it"):
        Environment.read("try")


def test_a_role_in_the_shell_takes_the_place_of_the_one_in_the_values(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull request's plan runs with a role that only reads."""
    (folder / "platform.tfvars").write_text(f'{PLATFORM}deploy_role = "modelgate-deploy"\n')
    monkeypatch.setenv("MODELGATE_DEPLOY_ROLE", "modelgate-plan")

    assert Environment.read("try").deploy_role == "modelgate-plan"


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('"222222222222"', "222222222222", "an account id must have 12 digits, in quotes"),
        ('"333333333333"', '"33"', "an account id must have 12 digits, in quotes"),
        ('"modelgate-try"', '"Model_Gate"', "prefix must be 3 to 20 lower-case letters"),
        ('"eu-west-1"', '"Ireland"', "region must be a region's name"),
    ],
)
def test_what_deploying_uses_before_terraform_is_refused_before_any_account_is_entered(
    folder: Path, good: str, bad: str, said: str
) -> None:
    """A state bucket of a bad name, or a guard that compares a number with a text, would tell the wrong fault."""
    (folder / "platform.tfvars").write_text(PLATFORM.replace(good, bad))

    with pytest.raises(DeployError, match=f"terraform/environments/try/platform.tfvars: {said}"):
        Environment.read("try")


@pytest.mark.parametrize(
    ("values", "evaluates"),
    [("", False), ("generative = null\n", False), ("generative = {}\n", True)],
    ids=["unset", "null", "set"],
)
def test_models_that_write_text_are_evaluated_where_the_values_say_so(
    folder: Path, values: str, *, evaluates: bool
) -> None:
    """An empty object asks for it with everything left to the defaults."""
    (folder / "governance.tfvars").write_text(values)

    assert Environment.read("try").evaluates is evaluates
