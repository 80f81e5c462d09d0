"""Where a run for an environment writes: nothing of one instance ever lands in another's folder."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = "local"


def instance() -> str:
    """The name of the embedded AWS that the environment ``local`` means here."""
    return os.environ.get("MODELGATE_INSTANCE", "default")


def workspace(environment: str) -> Path:
    """The folder for plans, records and Terraform data of *environment*; local instances have one each."""
    return ROOT / ".local" / instance() if environment == LOCAL else ROOT / "build" / environment


def values_folder(environment: str) -> Path:
    """The tracked values of *environment*."""
    return ROOT / "terraform/environments" / environment
