"""The Terraform program, and where it finds the AWS provider."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.terraform.errors import DeployError

OLDEST = (1, 11)
REGISTRY = "registry.terraform.io"
PROVIDER = "hashicorp/aws"
_ADD_ONS = Path("/opt")  # the usual prefix of add-on software packages
_REGISTRY_SECONDS = 5.0


def find_terraform() -> str:
    """
    Return the path of a Terraform that is new enough.

    Raises:
        DeployError: there is none on PATH, it does not run, or it is too old.
    """
    found = shutil.which("terraform")
    wanted = ".".join(map(str, OLDEST))
    if found is None:
        raise DeployError(f"there is no terraform on PATH; install Terraform {wanted} or newer")
    environment = os.environ | {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    answer = subprocess.run([found, "version", "-json"], capture_output=True, text=True, env=environment, check=False)
    try:
        version: str = json.loads(answer.stdout)["terraform_version"]
        parts = tuple(int(part) for part in version.split("-")[0].split("."))
    except (ValueError, KeyError) as error:
        raise DeployError(f"{found} does not tell its version; install Terraform {wanted} or newer") from error
    if parts < OLDEST:
        raise DeployError(f"{found} is Terraform {version}; install {wanted} or newer")
    return found


def find_mirror() -> Path | None:
    """Return the first local folder that mirrors the public registry, or None."""
    return next((folder for folder in _candidates() if (folder / REGISTRY / PROVIDER).is_dir()), None)


def write_configuration(folder: Path) -> Path:
    """
    Write a CLI configuration that finds the provider, and return its path.

    With a mirror, `direct` must exclude what the mirror holds: otherwise init asks the registry all the same.

    Raises:
        DeployError: there is neither a mirror nor a registry within reach.
    """
    mirror = find_mirror()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "terraform.tfrc"
    if mirror is not None:
        _replace(
            path,
            "provider_installation {\n"
            "  filesystem_mirror {\n"
            f"    path    = {json.dumps(str(mirror))}\n"
            f'    include = ["{PROVIDER}"]\n'
            "  }\n"
            "  direct {\n"
            f'    exclude = ["{PROVIDER}"]\n'
            "  }\n"
            "}\n",
        )
        return path
    if not _registry_answers():
        raise DeployError(
            f"the provider {PROVIDER} cannot be had: {REGISTRY} does not answer and no local mirror was found; "
            "connect to the network, or name a folder with a mirror in TF_PLUGIN_MIRROR"
        )
    cache = folder / "plugins"
    cache.mkdir(exist_ok=True)
    _replace(path, f"plugin_cache_dir = {json.dumps(str(cache))}\nprovider_installation {{\n  direct {{}}\n}}\n")
    return path


def _replace(path: Path, text: str) -> None:
    """Write whole: roots are initialised side by side, and half a configuration would send one to the registry."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("TF_PLUGIN_MIRROR"):
        yield Path(named)
    home = Path.home()
    yield home / ".terraform.d/plugins"
    data = [os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")]
    data += os.environ.get("XDG_DATA_DIRS", "").split(os.pathsep)
    data += ["/usr/local/share", "/usr/share"]
    yield from (Path(folder) / "terraform/plugins" for folder in data if folder)
    if _ADD_ONS.is_dir():
        yield from sorted(path for path in _ADD_ONS.iterdir() if path.is_dir())


def _registry_answers() -> bool:
    """A proxy is asked by Terraform itself; only a name that leads nowhere is refused here."""
    if os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy"):
        return True
    try:
        with socket.create_connection((REGISTRY, 443), timeout=_REGISTRY_SECONDS):
            return True
    except OSError:
        return False
