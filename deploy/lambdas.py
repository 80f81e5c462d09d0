"""Build the Lambda zips: `python -m deploy.lambdas build`.

A zip holds the function's folder, the part of modelgate that it imports, and the pinned requirements. The same sources
give the same bytes: entries are sorted, times and modes are fixed, and nothing is compiled.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.closure import import_closure

REPOSITORY = Path(__file__).resolve().parent.parent
REQUIREMENTS = REPOSITORY / "requirements" / "lambda.txt"
OUTPUT = REPOSITORY / "build" / "lambdas"
FUNCTIONS = ("audit", "copy_artifacts", "start_approval")
RUNTIME = "3.13"
MAX_BYTES = 2 * 1024 * 1024
SOURCES = (REPOSITORY, REPOSITORY / "processing")

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold
_BINARY = frozenset({".so", ".pyd", ".dylib", ".dll"})
# What an installer writes about itself, and what imports never read.
_LEFT_OUT = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "WHEEL"})


class BuildError(Exception):
    """A zip cannot be built; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zip:
    """One built zip; *sha256* in hexadecimal."""

    function: str
    path: str
    sha256: str
    bytes: int


def build(output: Path = OUTPUT) -> tuple[Zip, ...]:
    """Build every zip into *output*.

    Raises:
        BuildError: pip failed, a requirement is not pure Python, or a zip is too large.
    """
    output.mkdir(parents=True, exist_ok=True)
    requirements = _requirements(_installed(output))
    return tuple(_build_one(function, requirements, output) for function in FUNCTIONS)


def contents(function: str) -> dict[str, Path]:
    """Our own files of *function*, by their names in the zip; ``handler.py`` lies at the root, as Lambda asks."""
    handler = f"lambdas.{function}.handler"
    modules = import_closure(handler, SOURCES)
    files = {_name(path): path for module, path in modules.items() if module != handler}
    return {**files, "handler.py": modules[handler]}


def write_zip(path: Path, files: Mapping[str, Path]) -> None:
    """Write *files*, by their names, so that the same files give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it is built: Lambda reads the mode
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name].read_bytes())


def _build_one(function: str, requirements: Mapping[str, Path], output: Path) -> Zip:
    path = output / f"{function}.zip"
    # Put in place whole: a plan may be reading the one from before.
    with tempfile.TemporaryDirectory(dir=output) as folder:
        fresh = Path(folder, path.name)
        write_zip(fresh, {**requirements, **contents(function)})
        data = fresh.read_bytes()
        if len(data) > MAX_BYTES:
            raise BuildError(f"{path.name} has {len(data)} bytes, at most {MAX_BYTES} are meant; import less")
        fresh.replace(path)
    return Zip(function=function, path=str(path), sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))


def _name(path: Path) -> str:
    root = SOURCES[1] if path.is_relative_to(SOURCES[1]) else SOURCES[0]
    return path.relative_to(root).as_posix()


def _installed(output: Path) -> Path:
    """Install the pinned requirements, once for each content of their lock file."""
    place = output / f"site-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]}"
    if place.is_dir():
        return place
    _say(f"installing the Lambdas' requirements into {place.name} (once)")
    with tempfile.TemporaryDirectory(dir=output) as folder:
        fresh = Path(folder, "site")
        _install(fresh)
        # Another build may have been faster; its folder has the same content.
        try:
            fresh.rename(place)
        except OSError:
            if not place.is_dir():
                raise
    return place


def _install(target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--platform=any", f"--python-version={RUNTIME}"]
    command += ["--no-compile", f"--target={target}", f"--requirement={REQUIREMENTS}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise BuildError(
            f"pip could not install {REQUIREMENTS.name}: {answer.stderr.strip()[-800:]}\n"
            "check the network, or that every requirement has a pure Python wheel"
        )


def _requirements(site: Path) -> dict[str, Path]:
    files = dict(_shipped(site))
    binary = sorted(name for name, path in files.items() if path.suffix in _BINARY)
    if binary:
        raise BuildError(f"requirements hold binaries ({', '.join(binary)}), which tie the zip to one machine")
    return files


def _shipped(site: Path) -> Iterator[tuple[str, Path]]:
    for path in site.rglob("*"):
        name = path.relative_to(site).as_posix()
        inside = path.relative_to(site).parts
        if not path.is_file() or "__pycache__" in inside or inside[0] == "bin":
            continue
        if inside[0].endswith(".dist-info") and path.name in _LEFT_OUT:
            continue
        yield name, path


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m deploy.lambdas", description="Build the Lambda zips.")
    build_parser = parser.add_subparsers(dest="command", required=True).add_parser("build", help="build every zip")
    build_parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args(arguments)
    try:
        zips = build()
    except BuildError as error:
        _say(f"error: {error}")
        return 1
    lines = [f"{z.path}  {z.bytes / 1024:.0f} KiB  sha256:{z.sha256}" for z in zips]
    text = json.dumps([asdict(z) for z in zips], indent=2) if options.json else "\n".join(lines)
    sys.stdout.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
