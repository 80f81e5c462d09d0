"""Manifest files of inputs, ``[{"prefix": "s3://bucket/folder/"}, "a", "b/c"]``: a prefix and what may follow it.

Source: SageMaker API reference, S3DataSource, ManifestFile.
"""

import json

from local.sagemaker.interpreter.failures import StepFailedError


def read_manifest(uri: str, content: bytes) -> tuple[str, list[str]]:
    """
    The prefix and the suffixes in their order, each once.

    Raises:
        StepFailedError: it is no manifest, or names nothing.
    """
    try:
        entries = json.loads(content)
    except ValueError as error:
        raise _unusable(uri, f"it is no JSON ({error})") from error
    if not isinstance(entries, list) or not entries:
        raise _unusable(uri, "it is no array that begins with a prefix")
    first, *suffixes = entries
    prefix = first.get("prefix") if isinstance(first, dict) and set(first) == {"prefix"} else None
    if not isinstance(prefix, str) or not prefix.startswith("s3://"):
        raise _unusable(uri, 'its first element is not {"prefix": "s3://…"}')
    if not all(isinstance(suffix, str) and suffix for suffix in suffixes):
        raise _unusable(uri, "what follows the prefix is not all texts")
    if not suffixes:
        raise _unusable(uri, "it names no object")
    return prefix, list(dict.fromkeys(suffixes))


def _unusable(uri: str, why: str) -> StepFailedError:
    return StepFailedError(f"ClientError: Data download failed: the manifest {uri!r} cannot be used: {why}")
