"""What a root needs beyond the tracked values: which account or product it is, and what was built for it."""

import json

from deploy.image_record import RecordError, find_record
from deploy.paths import ROOT
from deploy.terraform.errors import DeployError
from deploy.terraform.values import Environment, Target

POLICY_BUNDLE = ROOT / "build/policy-bundle.json"
ZIPS = {name: ROOT / f"build/lambdas/{name}.zip" for name in ("copy_artifacts", "start_approval")}
_MAKES = {POLICY_BUNDLE: "make policies"} | dict.fromkeys(ZIPS.values(), "make lambdas")


def variables(environment: Environment, target: Target) -> dict[str, str]:
    """
    Return the variables of *target* that no tracked file holds.

    Raises:
        DeployError: something has not been built yet.
    """
    if target.root == "bootstrap":
        return {"account_id": target.account}
    if target.root == "product":
        return {"product": target.of}
    for path, command in _MAKES.items():
        if not path.is_file():
            raise DeployError(f"{path.relative_to(ROOT)} has not been built; run `{command}` first")
    try:
        image = find_record(environment.name)
    except RecordError as error:
        raise DeployError(str(error)) from error
    return {
        "image_uri": image.image_uri,
        "lambda_zips": json.dumps({name: str(path) for name, path in ZIPS.items()}),
        "policy_bundle_path": str(POLICY_BUNDLE),
    }
