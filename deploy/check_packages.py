"""Packages of custom checks: which ones an environment's values name, and what of each goes into its image."""

import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from email.parser import Parser
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.paths import ROOT, values_folder
from deploy.progress import Progress

LIST = "custom_checks.txt"
GATE = "modelgate"
_SECTION = "[modelgate.checks]"


class CheckPackageError(Exception):
    """A package of custom checks cannot go into an image; the message says which, why and what to do."""


def named_packages(environment: str) -> tuple[Path, ...]:
    """
    The packages that the values of *environment* name: a source folder or a wheel a line, from the repository's root.

    Raises:
        CheckPackageError: one is neither.
    """
    path = values_folder(environment) / LIST
    if not path.is_file():
        return ()
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    found = tuple(ROOT / line for line in lines if line)
    for package in found:
        if not ((package / "pyproject.toml").is_file() or (package.suffix == ".whl" and package.is_file())):
            raise CheckPackageError(
                f"{path.relative_to(ROOT)} names {package.relative_to(ROOT)}, which is neither a folder with a "
                "pyproject.toml nor a wheel; mend the line"
            )
    return found


def contents(packages: Iterable[Path], progress: Progress) -> dict[str, bytes]:
    """
    The files that *packages* bring into the image, by their path there; the same packages give the same files.

    Raises:
        CheckPackageError: one cannot be built, brings what the image must not take, or needs what it does not have.
    """
    found: dict[str, bytes] = {}
    owners: dict[str, str] = {}
    wheels = dict(_wheels(packages, progress))
    for name, files in wheels.items():
        for top in {PurePosixPath(path).parts[0] for path in files}:
            first = owners.setdefault(top, name)
            if owner := first if first != name else _taken(top):
                raise CheckPackageError(f"{name} brings {top!r}, which {owner} has already; rename it")
        found |= files
    _require_everything(wheels)
    if wheels and not any(_SECTION in data.decode() for path, data in found.items() if _is(path, "entry_points.txt")):
        raise CheckPackageError(f"{', '.join(wheels)}: nothing registers a check under {_SECTION[1:-1]!r}")
    return found


def _wheels(packages: Iterable[Path], progress: Progress) -> Iterator[tuple[str, dict[str, bytes]]]:
    with tempfile.TemporaryDirectory(prefix="modelgate-checks-") as work:
        for number, package in enumerate(packages):
            wheel = package if package.suffix == ".whl" else _build(package, Path(work) / str(number), progress)
            yield wheel.name, dict(_unpacked(wheel))


def _build(package: Path, work: Path, progress: Progress) -> Path:
    """The wheel of a source folder, built from a copy: a build leaves things lying about."""
    source = shutil.copytree(
        package, work / "source", ignore=shutil.ignore_patterns("build", "dist", "*.egg-info", "__pycache__", ".*")
    )
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    command += ["--disable-pip-version-check", f"--wheel-dir={work}", str(source)]
    progress.run(f"building {package.relative_to(ROOT)}", command, failure=CheckPackageError)
    return next(work.glob("*.whl"))


def _unpacked(wheel: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            path = PurePosixPath(entry.filename)
            if path.is_absolute() or ".." in path.parts or path.parts[0].endswith(".data"):
                raise CheckPackageError(f"{wheel.name} holds {path}, which lies beside its packages; build it without")
            if path.suffix in (".so", ".pyd"):
                raise CheckPackageError(f"{wheel.name} holds compiled code ({path}); only pure Python is copied")
            if not entry.is_dir():
                yield str(path), archive.read(entry)


def _taken(top: str) -> str | None:
    """Who else has the top-level name *top*: it would stand before Python's own, or in the place of the gate's code."""
    module = top.removesuffix(".py")
    if module == GATE:
        return "the gate"
    if module in sys.stdlib_module_names:
        return "Python"
    owners = {canonicalize_name(name) for name in packages_distributions().get(module, ())} & _in_the_image()
    return ", ".join(sorted(owners)) or None


def _require_everything(wheels: Mapping[str, Mapping[str, bytes]]) -> None:
    """Refuse what would only be found out when the first package is judged."""
    metadata = {
        name: Parser().parsestr(next(data.decode() for path, data in files.items() if _is(path, "METADATA")))
        for name, files in wheels.items()
    }
    there = _in_the_image() | {canonicalize_name(str(found["Name"])) for found in metadata.values()}
    for name, found in metadata.items():
        needed = map(Requirement, found.get_all("Requires-Dist", []))
        missing = sorted(r.name for r in needed if _applies(r) and canonicalize_name(r.name) not in there)
        if missing:
            raise CheckPackageError(
                f"{name} needs {', '.join(missing)}, which the image does not have; name a pure wheel of it in {LIST} "
                "too, or do without"
            )


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": "", "python_full_version": "3.13.0"})


def _in_the_image() -> set[str]:
    listed = (ROOT / "requirements/image.txt").read_text(encoding="utf-8")
    return {GATE, *(canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", listed, re.MULTILINE))}


def _is(path: str, name: str) -> bool:
    """Whether *path* is the file *name* of a wheel's metadata."""
    folder, _, file = path.partition("/")
    return folder.endswith(".dist-info") and file == name
