"""Property files: JSON that a step wrote, for Std:JsonGet of later steps."""

import json
from pathlib import Path
from typing import Any

from local.sagemaker.interpreter.failures import StepFailedError
from local.sagemaker.interpreter.folders import host_folder


def property_file(declared: dict[str, Any], outputs: list[dict[str, Any]], root: Path) -> Any:
    """Read a declared property file from the output folder it names; raises StepFailedError when that cannot be."""
    for output in outputs:
        if output["OutputName"] == declared["OutputName"]:
            path = host_folder(root, output["S3Output"]["LocalPath"]) / declared["FilePath"]
            try:
                return json.loads(path.read_text())
            except (OSError, ValueError) as error:
                raise StepFailedError(
                    f"ClientError: property file {declared['PropertyFileName']!r} cannot be read: {error}"
                ) from error
    raise StepFailedError(f"ClientError: property file {declared['PropertyFileName']!r} names no output of its step")
