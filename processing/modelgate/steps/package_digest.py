"""The digest of the installed code: what an image digest is to a container, for a step run as a process.

It covers the gate's own package, the prompts and labelled texts in it too, and every installed package that registers a
custom check, so that another check is another version of the code. What these packages import from elsewhere is not
covered; in an image, everything is.
"""

import hashlib
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import modelgate
from modelgate.checks.custom import ENTRY_POINTS


def package_digest() -> str:
    """SHA-256 over the sorted names and bytes of all code that decides."""
    return _digest([*_own(), *_custom_checks()])


def own_digest() -> str:
    """The same without custom checks: of the approval image, before anything is built on it."""
    return _digest(_own())


def _digest(parts: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, data in sorted(parts):
        # Lengths first: no two sets of files give the same stream.
        digest.update(b"%d:%b%d:%b" % (len(name.encode()), name.encode(), len(data), data))
    return f"sha256:{digest.hexdigest()}"


def _own() -> Iterator[tuple[str, bytes]]:
    root = Path(modelgate.__file__).parent
    return ((path.relative_to(root).as_posix(), path.read_bytes()) for path in _kept(root))


def _kept(folder: Path) -> Iterator[Path]:
    """Every file below *folder* but the caches that running makes."""
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _custom_checks() -> Iterator[tuple[str, bytes]]:
    """Which function each name means, in which version of which package, and every file beside these functions."""
    modules: set[str] = set()
    for point in entry_points(group=ENTRY_POINTS):
        package = f"{point.dist.name} {point.dist.version}" if point.dist else "no package"
        yield f"{ENTRY_POINTS}:{point.name}", f"{point.value} of {package}".encode()
        modules.add(point.value.partition(":")[0].partition(".")[0])
    for module in sorted(modules):
        for path, name in _files(module):
            yield f"{ENTRY_POINTS}/{name}", path.read_bytes()


def _files(module: str) -> Iterator[tuple[Path, str]]:
    """The files of a top-level *module*, data files too, by a name that does not say where it is installed."""
    spec = find_spec(module)
    if spec is None:
        return  # nothing that could decide: the step says that it cannot be loaded
    if spec.submodule_search_locations is None:
        if spec.origin is not None:
            yield Path(spec.origin), Path(spec.origin).name
        return
    for folder in map(Path, spec.submodule_search_locations):
        for path in _kept(folder):
            yield path, f"{module}/{path.relative_to(folder).as_posix()}"


if __name__ == "__main__":
    print(package_digest())  # noqa: T201 - the command's output
