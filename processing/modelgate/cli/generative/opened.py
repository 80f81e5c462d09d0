"""A run folder opened for scoring, where the libraries that scoring needs are installed."""

from pathlib import Path
from typing import TYPE_CHECKING

from modelgate.cli.generative.run_folder import RunFolder
from modelgate.errors import ContentError

if TYPE_CHECKING:
    from modelgate.cli.generative.scored import Folder


def opened(root: Path, region: str | None) -> "Folder":
    """Open the folder at *root*; errors as of `scored.open_collected`.

    Raises:
        ContentError: a library is not installed.
    """
    try:  # late, so that help and the other commands do without
        from modelgate.cli.generative.scored import open_collected
        from modelgate.cli.generative.scorers import judges, scorers
    except ModuleNotFoundError as error:
        raise ContentError(
            f"scoring needs {error.name}, which is not installed; install it with `pip install 'modelgate[generative]'`"
        ) from error
    return open_collected(RunFolder(root=root), scorers(region), judges(region))
