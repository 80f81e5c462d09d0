"""Where downloads and builds that outlive one checkout are kept."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """modelgate's folder in the user's cache (XDG base directories); it may be deleted at any time."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "modelgate"
