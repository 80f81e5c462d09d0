"""The inputs of a Processing job: which objects each of its hosts gets, copied into its folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from local.sagemaker.interpreter.failures import StepFailedError
from local.sagemaker.interpreter.folders import host_folder, split_uri
from local.sagemaker.interpreter.hosts import Host
from local.sagemaker.interpreter.jobs import Mount
from local.sagemaker.interpreter.manifests import read_manifest
from local.sagemaker.storage import Objects

MANIFEST, SHARDED = "ManifestFile", "ShardedByS3Key"
FEATURES = {
    "S3DataType": ("S3Prefix", MANIFEST),
    "S3InputMode": ("File",),
    "S3CompressionType": ("None",),
    "S3DataDistributionType": ("FullyReplicated", SHARDED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The objects of one input: each key with its path below the input's folder, in the order of the keys."""

    local_path: str
    bucket: str
    objects: list[tuple[str, str]]
    sharded: bool

    def on(self, host: Host) -> list[tuple[str, str]]:
        """Those that *host* gets: all, or every n-th of n hosts; a host beyond the last object gets none."""
        return self.objects[host.number :: len(host.names)] if self.sharded else self.objects


def listed(inputs: list[dict[str, Any]], objects: Objects) -> list[Listed]:
    """
    List every input's objects, once for all hosts.

    Raises:
        StepFailedError: an input has features that are not supported, an unusable manifest, or no object.
    """
    return [_listed(entry, objects) for entry in inputs]


def fetched(host: Host, inputs: list[Listed], objects: Objects) -> Iterator[Mount]:
    """Copy to *host* what it gets of each input; no key may leave its folder."""
    for entry in inputs:
        folder = host_folder(host.root, entry.local_path)
        folder.mkdir(parents=True, exist_ok=True)
        for key, path in entry.on(host):
            target = folder / path
            if not target.resolve().is_relative_to(folder.resolve()) or target == folder:
                raise StepFailedError(f"ClientError: object key {key!r} leaves its input folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            objects.download(entry.bucket, key, target)
        yield Mount(host=folder, path=PurePosixPath(entry.local_path), read_only=True)


def _listed(entry: dict[str, Any], objects: Objects) -> Listed:
    source = entry.get("S3Input")
    if source is None:
        raise StepFailedError(f"ClientError: input {entry.get('InputName')!r} has no S3Input; others are not supported")
    for feature, supported in FEATURES.items():
        if source.get(feature, supported[0]) not in supported:
            raise StepFailedError(f"ClientError: {feature} {source[feature]!r} is not supported by the embedded AWS")
    of_type = _of_manifest if source["S3DataType"] == MANIFEST else _of_prefix
    bucket, found = of_type(source["S3Uri"], objects)
    return Listed(
        local_path=source["LocalPath"],
        bucket=bucket,
        objects=sorted(found),
        sharded=source.get("S3DataDistributionType") == SHARDED,
    )


def _of_prefix(uri: str, objects: Objects) -> tuple[str, list[tuple[str, str]]]:
    bucket, prefix = split_uri(uri)
    keys = list(objects.keys(bucket, prefix))
    if not keys:
        raise StepFailedError(f"ClientError: No S3 objects found under S3 URL {uri!r}")
    # a key that ends in a slash marks an empty folder
    files = [key for key in keys if not key.endswith("/")]
    return bucket, [(key, key[len(prefix) :].lstrip("/") or PurePosixPath(key).name) for key in files]


def _of_manifest(uri: str, objects: Objects) -> tuple[str, list[tuple[str, str]]]:
    bucket, key = split_uri(uri)
    prefix, suffixes = read_manifest(uri, objects.read(bucket, key))
    bucket, start = split_uri(prefix)
    return bucket, [(f"{start}{suffix}", suffix.lstrip("/")) for suffix in suffixes]
