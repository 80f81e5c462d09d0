"""The folders of a Processing job on one host: its configuration, outputs to S3, the exit message."""

import json
from pathlib import Path, PurePosixPath
from typing import Any

from local.sagemaker.interpreter.failures import StepFailedError
from local.sagemaker.interpreter.hosts import Host
from local.sagemaker.interpreter.jobs import ML_ROOT, Mount
from local.sagemaker.storage import Objects

MESSAGE_BYTES = 1024


def host_folder(root: Path, container_path: str) -> Path:
    """Where a LocalPath of the job lies below *root*; refuses what is outside SageMaker's folder."""
    path = PurePosixPath(container_path)
    if not path.is_relative_to(ML_ROOT / "processing") or ".." in path.parts:
        raise StepFailedError(f"ClientError: LocalPath {container_path!r} must lie below {ML_ROOT / 'processing'}")
    return root / path.relative_to(ML_ROOT)


def prepare(host: Host, job: dict[str, Any]) -> list[Mount]:
    """Make the folders that every job has, with SageMaker's two configuration files in them."""
    config, output = host.root / "config", host.root / "output"
    config.mkdir(parents=True)
    output.mkdir()
    output.chmod(0o777)  # the image's user is not ours; the service may be stricter, see the README
    described = {k: v for k, v in job.items() if k not in ("CreationTime", "ProcessingJobStatus")}
    (config / "processingjobconfig.json").write_text(json.dumps(described))
    (config / "resourceconfig.json").write_text(json.dumps({"current_host": host.name, "hosts": host.names}))
    return [
        Mount(host=config, path=ML_ROOT / "config", read_only=True),
        Mount(host=output, path=ML_ROOT / "output", read_only=False),
    ]


def output_mounts(root: Path, outputs: list[dict[str, Any]]) -> list[Mount]:
    """Make the folders that the job's outputs are read from."""
    mounts = []
    for output in outputs:
        target = output.get("S3Output") or {}
        if target.get("S3UploadMode") != "EndOfJob":
            raise StepFailedError(
                f"ClientError: output {output.get('OutputName')!r} must be S3Output with mode EndOfJob"
            )
        folder = host_folder(root, target["LocalPath"])
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)
        mounts.append(Mount(host=folder, path=PurePosixPath(target["LocalPath"]), read_only=False))
    return mounts


def upload_outputs(root: Path, outputs: list[dict[str, Any]], objects: Objects, kms_key: str | None) -> None:
    """Put every regular file of each output folder below its prefix; links are not followed."""
    for output in outputs:
        bucket, prefix = split_uri(output["S3Output"]["S3Uri"])
        folder = host_folder(root, output["S3Output"]["LocalPath"])
        for file in sorted(f for f in folder.rglob("*") if f.is_file() and not f.is_symlink()):
            key = "/".join(filter(None, [prefix.rstrip("/"), file.relative_to(folder).as_posix()]))
            objects.upload(file, bucket, key, kms_key)


def exit_message(root: Path) -> str | None:
    """
    The first 1,024 bytes of the message file, None without one.

    Raises:
        StepFailedError: it is not UTF-8, which the service answers with ClientError.
    """
    path = root / "output" / "message"
    if not path.is_file() or path.is_symlink():
        return None
    with path.open("rb") as file:
        content = file.read(MESSAGE_BYTES + 4)
    try:
        content[:MESSAGE_BYTES].decode()
    except UnicodeDecodeError as error:
        if len(content) <= MESSAGE_BYTES or error.start < MESSAGE_BYTES - 3:
            raise StepFailedError("ClientError: the exit message is not UTF-8") from error
    return content[:MESSAGE_BYTES].decode(errors="ignore")  # the cut may split the last character


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of an S3 URI."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not bucket:
        raise StepFailedError(f"ClientError: {uri!r} is not an S3 URI")
    return bucket, key
