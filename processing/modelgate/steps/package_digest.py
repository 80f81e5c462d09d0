"""The digest of the installed code: what an image digest is to a container, for a step run as a process."""

import hashlib
from pathlib import Path

import modelgate


def package_digest() -> str:
    """SHA-256 over the sorted relative paths and bytes of the package's Python files."""
    root = Path(modelgate.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py"), key=lambda path: path.relative_to(root).as_posix()):
        name, data = path.relative_to(root).as_posix().encode(), path.read_bytes()
        # Lengths first: no two sets of files give the same stream.
        digest.update(b"%d:%b%d:%b" % (len(name), name, len(data), data))
    return f"sha256:{digest.hexdigest()}"


if __name__ == "__main__":
    print(package_digest())  # noqa: T201 - the command's output
