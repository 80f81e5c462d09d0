"""
Build the evaluations that Terraform pins, and the prompts that they name.

Each YAML file of `policies/evaluations` is one evaluation; the local environment has those of its own besides. Imported
prompts lie below the folder that MODELGATE_DATASETS names. An evaluation whose folder is not there is left out, and a
group that names it is then refused by Terraform.
"""

import os
import shutil
import tempfile
from pathlib import Path

from modelgate.errors import PolicyError
from modelgate.policy.evaluations import Built, build

from deploy.paths import LOCAL, ROOT
from deploy.terraform.inputs import evaluations_file, prompts_folder

SHIPPED, OWN = ROOT / "policies/evaluations", ROOT / "local/policies/evaluations"


def write(environment: str, *, own: Path = OWN, datasets: Path | None = None) -> Built:
    """
    Build the evaluations of *environment* where Terraform looks for them.

    *own* is the folder of those that the local environment has besides. Imported prompts lie below *datasets*, where
    given, else below the folder that MODELGATE_DATASETS names.

    Raises:
        PolicyError: a file is wrong, the message holds every fault with its place; nothing is written.
    """
    if datasets is None and (named := os.environ.get("MODELGATE_DATASETS")):
        datasets = Path(named)
    target, prompts = evaluations_file(environment), prompts_folder(environment)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="prompts-", dir=target.parent) as work:
        try:
            built = build(files(environment, own), datasets, Path(work))
        except PolicyError as error:
            raise PolicyError(str(error).replace(f"{ROOT}/", "")) from error
        # Prompts first, then the document that names them, and what nobody names goes last.
        prompts.mkdir(exist_ok=True)
        kept = {path.name for path in Path(work).iterdir()}
        for name in sorted(kept):
            Path(work, name).replace(prompts / name)
    target.write_bytes(built.evaluations.to_json())
    for path in prompts.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return built


def files(environment: str, own: Path = OWN) -> list[Path]:
    """The files of *environment*, those that are shipped first."""
    folders = [SHIPPED, own] if environment == LOCAL else [SHIPPED]
    return [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
