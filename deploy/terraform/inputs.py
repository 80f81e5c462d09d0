"""What a root needs beyond the tracked values: which account or product it is, and what was built for it."""

import json
import os
from pathlib import Path

from deploy.image_record import RecordError, find_record
from deploy.lambdas import FUNCTIONS
from deploy.paths import LOCAL, ROOT, workspace
from deploy.terraform.errors import DeployError
from deploy.terraform.signing_keys import signing_keys_path
from deploy.terraform.values import GOVERNANCE, ORGANIZATION, Environment, Target

ZIPS = {name: ROOT / f"build/lambdas/{name}.zip" for name in FUNCTIONS}


def policy_bundle(environment: str) -> Path:
    """Where the policy bundle of *environment* is built: one for all, but each local instance has its own policies."""
    return workspace(LOCAL) / "policy-bundle.json" if environment == LOCAL else ROOT / "build/policy-bundle.json"


def evaluations_file(environment: str) -> Path:
    """Where the evaluations of *environment* are built: beside the policy bundle."""
    return policy_bundle(environment).with_name("evaluations.json")


def prompts_folder(environment: str) -> Path:
    """Where the prompts that these evaluations name are built."""
    return policy_bundle(environment).with_name("prompts")


def variables(environment: Environment, target: Target) -> dict[str, str]:
    """
    Return the variables of *target* that no tracked file holds.

    Raises:
        DeployError: something has not been built yet.
    """
    # Not in the place of deploy_role: policies name that one.
    role = {"plan_role": plan_role} if (plan_role := os.environ.get("MODELGATE_DEPLOY_ROLE")) else {}
    if target.root == "bootstrap":
        return role | {"account_id": target.account}
    if target.root == ORGANIZATION:
        return role
    if target.root == "product":
        return role | {"product": target.of}
    for path, command in _makes(environment).items():
        if not path.is_file():
            raise DeployError(f"{path.relative_to(ROOT)} has not been built; run `{command}` first")
    try:
        image = find_record(environment.name)
    except RecordError as error:
        raise DeployError(str(error)) from error
    scoring = {"scoring_image_uri": image.scoring_image_uri} if image.scoring_image_uri else {}
    return (
        role
        | scoring
        | {
            "image_uri": image.image_uri,
            "lambda_zips": json.dumps({name: _from(target, path) for name, path in ZIPS.items()}),
            "evaluations_path": _from(target, evaluations_file(environment.name)),
            "policy_bundle_path": _from(target, policy_bundle(environment.name)),
            "prompts_folder": _from(target, prompts_folder(environment.name)),
            "signing_keys_path": _from(target, signing_keys_path(environment.name)),
        }
    )


def sources(environment: Environment, target: Target) -> list[Path]:
    """Everything in the repository that Terraform reads for *target*: code, values and builds."""
    built = [*_makes(environment), prompts_folder(environment.name), signing_keys_path(environment.name)]
    builds = built if target.root == GOVERNANCE else []
    return [ROOT / "terraform/modules", target.folder, *environment.value_files(target), *builds]


def _makes(environment: Environment) -> dict[Path, str]:
    """What must have been built, and by which command."""
    local = f" ENV={LOCAL}" if environment.name == LOCAL else ""
    policies = (policy_bundle(environment.name), evaluations_file(environment.name))
    return dict.fromkeys(policies, f"make policies{local}") | dict.fromkeys(ZIPS.values(), "make lambdas")


def _from(target: Target, path: Path) -> str:
    """The state keeps paths: relative ones are the same on every machine, and so cause no change."""
    return os.path.relpath(path, target.folder)
