"""
How functions run.

Stock MiniStack looks at queues once a second unless something wakes it, so a delayed message waits up to a second too
long; and a function sees every package of this development environment, so a zip that lacks one works here and fails on
AWS. Here delayed messages come on time, and a function sees its zip, the standard library and boto3, as on AWS.
"""

import importlib.util
import os
import threading
from pathlib import Path

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

POLL_SECONDS = 0.1
RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")

_RESTRICT_IMPORTS = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "__editable__" not in repr(finder)]
sys.path[:] = [
    entry for entry in sys.path
    if entry.startswith((sys.base_prefix, sys.base_exec_prefix)) and "-packages" not in entry
] + [{runtime!r}]
"""


def patch_functions() -> None:
    lambda_svc._esm_wake = OftenAwake(lambda_svc._esm_wake)
    preamble = _RESTRICT_IMPORTS.format(runtime=str(_runtime_folder(Path(os.environ["HOME"]) / "lambda-runtime")))
    lambda_runtime._PYTHON_WORKER_SCRIPT = preamble + lambda_runtime._PYTHON_WORKER_SCRIPT


class OftenAwake:
    """The event the poller of queues sleeps on, with shorter naps."""

    def __init__(self, event: threading.Event) -> None:
        self._event = event
        self.set, self.clear = event.set, event.clear

    def wait(self, timeout: float) -> bool:
        return self._event.wait(min(timeout, POLL_SECONDS))


def _runtime_folder(folder: Path) -> Path:
    """Make a folder of links to what the Lambda runtime offers by itself."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME_PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise SystemExit(f"the embedded Lambda runtime needs the package '{name}'; install the locked requirements")
        origin = Path(spec.origin)
        source = origin.parent if spec.submodule_search_locations else origin
        link = folder / source.name
        if not link.exists():
            link.symlink_to(source)
    return folder
