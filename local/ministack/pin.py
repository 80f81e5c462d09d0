"""The one version of MiniStack the patches were written against."""

import importlib.metadata

PINNED_VERSION = "1.5.33"


def require_pinned_version() -> None:
    """Leave with a sentence unless exactly the pinned version is installed: the patches replace private functions."""
    found = importlib.metadata.version("ministack")
    if found != PINNED_VERSION:
        raise SystemExit(
            f"the embedded AWS patches private functions of ministack {PINNED_VERSION}, but {found} is installed; "
            "install the locked requirements (make install), or port local/ministack to the new version"
        )
