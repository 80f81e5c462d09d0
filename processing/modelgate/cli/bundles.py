"""Policies as a command is given them: a folder of files, or a bundle that was built from one."""

from pathlib import Path

from modelgate.errors import PolicyError
from modelgate.policy.load import load_folder
from modelgate.policy.model import MAX_BUNDLE_BYTES, Bundle


def read_bundle(path: Path) -> Bundle:
    """The policies at *path*.

    Raises:
        PolicyError: they cannot be used; the message holds every fault, one a line.
    """
    if path.is_dir():
        return load_folder(path)
    with path.open("rb") as file:
        data = file.read(MAX_BUNDLE_BYTES + 1)
    if len(data) > MAX_BUNDLE_BYTES:
        raise PolicyError(f"{path}: a bundle has at most {MAX_BUNDLE_BYTES} bytes; name a folder or a bundle file")
    try:
        return Bundle.from_json(data)
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from error
