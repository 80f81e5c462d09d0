"""A folder with a package's files, and the registration that belongs to it: a file, or made up from file names."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelgate.contracts.uris import S3Uri
from modelgate.errors import ContentError, UnreadableReportError
from modelgate.reports.clarify_bias import SECTIONS
from modelgate.reports.clarify_explainability import EXPLANATIONS
from modelgate.reports.strict_json import MAX_BYTES, loads

PACKAGE_FILE = "package.json"
MODEL_FILE = "model.tar.gz"
GENERATIVE_FILE = "generative.json"  # what `modelgate generative report` writes, as the gate's own pipeline would
ANALYSIS_FILE = "analysis.json"  # what Clarify calls its one file; its sections say what it is
_BUCKET = "not-uploaded-yet"

# Names that stand for a report where no registration says so.
CONVENTIONS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("ModelQuality", "Statistics"): ("quality.json", "model_quality.json", "evaluation.json"),
    ("ModelQuality", "Constraints"): ("model_quality_constraints.json",),
    ("ModelDataQuality", "Statistics"): ("data_quality.json",),
    ("ModelDataQuality", "Constraints"): ("data_quality_constraints.json",),
    ("Bias", "Report"): ("bias.json",),
    ("Bias", "PreTrainingReport"): ("pre_training_bias.json",),
    ("Bias", "PostTrainingReport"): ("post_training_bias.json",),
    ("Explainability", "Report"): ("explainability.json",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFolder:
    """A package on disk.

    *registration* has the shape of CreateModelPackage's request or DescribeModelPackage's answer. It was read from
    *manifest*; None where it was made up from the names of the files.
    """

    folder: Path
    manifest: Path | None
    registration: Mapping[str, Any]

    def find(self, uri: S3Uri) -> Path | None:
        """The file that *uri* stands for: the one with the longest part of its end in common."""
        parts = uri.key.split("/")
        places = (self.folder.joinpath(*parts[first:]) for first in range(len(parts)))
        return next((place for place in places if place.is_file()), None)


def open_package(path: Path) -> PackageFolder:
    """Open the folder or the registration file at *path*.

    Raises:
        ContentError: the registration cannot be read, or the folder holds nothing that looks like a report.
    """
    if path.is_file():
        return PackageFolder(folder=path.parent, manifest=path, registration=_read(path))
    manifest = path / PACKAGE_FILE
    if manifest.is_file():
        return PackageFolder(folder=path, manifest=manifest, registration=_read(manifest))
    named = dict(_by_convention(path))
    if not named and not (path / GENERATIVE_FILE).is_file():
        names = {name for names in CONVENTIONS.values() for name in names} | {ANALYSIS_FILE, GENERATIVE_FILE}
        known = ", ".join(sorted(names))
        raise ContentError(
            f"{path} holds neither {PACKAGE_FILE} nor a report by a known name; name the files: {known}; "
            f"or write the request of CreateModelPackage to {PACKAGE_FILE}"
        )
    return PackageFolder(folder=path, manifest=None, registration=_made_up(path, named))


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, which may be larger than memory."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _read(path: Path) -> Mapping[str, Any]:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    try:
        return loads(data)
    except UnreadableReportError as error:
        raise ContentError(f"{path} is no registration: {error}; write the request of CreateModelPackage") from error


def _by_convention(folder: Path) -> Iterator[tuple[tuple[str, str], str]]:
    yield from _analysis(folder)  # first: a file with a name of its own counts more
    for member, names in CONVENTIONS.items():
        for name in names:
            if (folder / name).is_file():
                yield member, name
                break


def _analysis(folder: Path) -> Iterator[tuple[tuple[str, str], str]]:
    path = folder / ANALYSIS_FILE
    if not path.is_file():
        return
    try:
        sections = set(_read(path))
    except ContentError:
        sections = set(SECTIONS.values())  # it will be refused, with its reason
    if sections.intersection(SECTIONS.values()):
        yield ("Bias", "Report"), ANALYSIS_FILE
    if EXPLANATIONS in sections:
        yield ("Explainability", "Report"), ANALYSIS_FILE


def _made_up(folder: Path, named: Mapping[tuple[str, str], str]) -> Mapping[str, Any]:
    metrics: dict[str, dict[str, Any]] = {}
    for (family, member), name in named.items():
        metrics.setdefault(family, {})[member] = {
            "ContentType": "application/json",
            "S3Uri": f"s3://{_BUCKET}/{name}",
            "ContentDigest": digest_of(folder / name),
        }
    container = {"Image": "(not given)", "ModelDataUrl": f"s3://{_BUCKET}/{MODEL_FILE}"}
    return {"InferenceSpecification": {"Containers": [container]}, "ModelMetrics": metrics}
