"""
Plans of the real roots with no account and no network.

A root's provider asks AWS whose keys it has. So the root is copied without its provider, its backend and its import of
an existing bucket, next to a provider with made-up keys; everything else is the code that is applied.
"""

import atexit
import functools
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tftest

from deploy.lambdas import FUNCTIONS
from deploy.terraform.binary import find_terraform, write_configuration
from tests.terraform.evaluations import write_evaluations

REPOSITORY = Path(__file__).resolve().parents[2]
TERRAFORM = REPOSITORY / "terraform"
CASES = Path(__file__).parent / "cases"
FIXTURES = Path(__file__).parent / "fixtures"

_LEFT_OUT = {"provider.tf", "versions.tf", "adopt.tf"}
_PROVIDER = """\
provider "aws" {
  region                      = var.region
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
"""
_IMAGE = f"222222222222.dkr.ecr.eu-west-1.amazonaws.com/modelgate-local-approval@sha256:{'a' * 64}"
_SCORING_IMAGE = f"222222222222.dkr.ecr.eu-west-1.amazonaws.com/modelgate-local-approval@sha256:{'f' * 64}"


class OfflineRoot:
    """One root, initialised once, planned as often as needed."""

    def __init__(self, root: str, folder: Path) -> None:
        self.folder = folder
        copy = folder / "roots" / root
        copy.mkdir(parents=True)
        (folder / "modules").symlink_to(TERRAFORM / "modules")
        fixture = FIXTURES / root
        code = fixture if fixture.is_dir() else TERRAFORM / "roots" / root
        for path in code.iterdir():
            if path.suffix == ".tf" and path.name not in _LEFT_OUT:
                shutil.copy(path, copy)
        (copy / "provider.tf").write_text(_PROVIDER)
        shutil.copy(TERRAFORM / "roots/governance/.terraform.lock.hcl", copy)  # all locks are alike
        environment = {
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(write_configuration(folder)),
            "AWS_EC2_METADATA_DISABLED": "true",
            "TF_DATA_DIR": str(folder / "data"),
        }
        self.test = tftest.TerraformTest(str(copy), binary=find_terraform(), env=environment)
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SAGEMAKER"):
            self.test.env.pop(name, None)
        self.test.execute_command("init", "-input=false", "-no-color", "-lockfile=readonly")
        self.inputs = _inputs(root, folder)

    def plan(self, values: list[Path], **inputs: str) -> dict[str, Any]:
        """The plan, as `terraform show -json` prints it."""
        saved = self.save_plan(values, **inputs)
        shown: dict[str, Any] = json.loads(self.test.execute_command("show", "-json", str(saved)).out)
        return shown

    def save_plan(self, values: list[Path], **inputs: str) -> Path:
        """Plan, and raise tftest's error with what Terraform says when it cannot."""
        saved = self.folder / "plan.tfplan"
        options = [f"-var={name}={value}" for name, value in (self.inputs | inputs).items()]
        options += [f"-var-file={path}" for path in values]  # the last one wins
        fixed = ("-input=false", "-no-color", "-lock=false", "-refresh=false")
        self.test.execute_command("plan", *fixed, f"-out={saved}", *options)
        return saved


@functools.cache
def offline_root(root: str) -> OfflineRoot:
    """The root, initialised at its first use in this process."""
    return OfflineRoot(root, Path(tempfile.mkdtemp(prefix=f"modelgate-{root}-", dir=_scratch())))


@functools.cache
def plan_case(root: str, case: str) -> dict[str, Any]:
    """The plan of *root* with `cases/<root>/<case>.tfvars` over the values of the local environment."""
    return offline_root(root).plan([*environment_values(root, "local"), CASES / root / f"{case}.tfvars"])


def environment_values(root: str, environment: str) -> list[Path]:
    """The tracked values that *root* gets in *environment*."""
    files: dict[str, tuple[str, ...]] = {
        "bootstrap": ("platform",),
        "organization": ("platform", "organization"),
        "pipeline": (),
        "product": ("platform", "groups"),
    }
    folder = TERRAFORM / "environments" / environment
    return [folder / f"{name}.tfvars" for name in files.get(root, ("platform", "groups", "governance"))]


def planned(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What each resource will be, by address; what is known only after apply is left out."""
    return {change["address"]: change["change"]["after"] for change in _resources(plan)}


def pipeline_definition(case: str, pipeline: str = "approval") -> dict[str, Any]:
    """The definition of a pipeline, `approval` or `generative["generative"]`, as *case* gives it."""
    resource = planned(plan_case("pipeline", case))[f"module.approval_pipeline.aws_sagemaker_pipeline.{pipeline}"]
    definition: dict[str, Any] = json.loads(resource["pipeline_definition"])
    return definition


def unknown(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By address, which attributes are known only after apply."""
    return {change["address"]: change["change"]["after_unknown"] for change in _resources(plan)}


def _resources(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [change for change in plan["resource_changes"] if change["mode"] == "managed"]


def _inputs(root: str, folder: Path) -> dict[str, str]:
    if root != "governance":
        return {}
    bundle = folder / "policy-bundle.json"
    bundle.write_text("{}")
    keys = folder / "signing-keys.json"
    keys.write_text("{}")
    evaluations = write_evaluations(folder)
    zips = {name: str(folder / f"{name}.zip") for name in FUNCTIONS}
    for path in zips.values():
        Path(path).write_bytes(b"PK\x05\x06" + bytes(18))  # an empty zip
    return {
        "evaluations_path": str(evaluations),
        "image_uri": _IMAGE,
        "lambda_zips": json.dumps(zips),
        "policy_bundle_path": str(bundle),
        "prompts_folder": str(folder / "prompts"),
        "scoring_image_uri": _SCORING_IMAGE,
        "signing_keys_path": str(keys),
    }


@functools.cache
def _scratch() -> str:
    folder = tempfile.mkdtemp(prefix="modelgate-terraform-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
