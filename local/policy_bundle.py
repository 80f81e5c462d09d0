"""
The policies of the local environment: those that are shipped, and what only this machine shows.

The shipped folder is a starting point for a real team, so waivers and a policy with a custom check lie in
`local/policies` and are added here. The same year gives the same bundle, for instances that stay.
"""

import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import yaml
from modelgate.errors import PolicyError
from modelgate.policy import bundle
from modelgate.policy.load import WAIVERS_FILE

from deploy.paths import ROOT

SHIPPED, OWN = ROOT / "policies", ROOT / "local/policies"


def build(today: date | None = None) -> bytes:
    """
    The bundle as of *today* (UTC).

    Raises:
        PolicyError: a policy is wrong; the message names the file that holds the fault.
    """
    with tempfile.TemporaryDirectory(prefix="modelgate-policies-") as work:
        folder = Path(work)
        sources = _copied(folder)
        if (OWN / WAIVERS_FILE).is_file():
            (folder / WAIVERS_FILE).write_text(_waivers(today or datetime.now(UTC).date()), encoding="utf-8")
        try:
            return bundle.build(folder)
        except PolicyError as error:
            said = str(error)
            for name, source in sources.items():
                said = said.replace(str(folder / name), str(source.relative_to(ROOT)))
            raise PolicyError(said.replace(str(folder), str(SHIPPED.relative_to(ROOT)))) from error


def _copied(folder: Path) -> dict[str, Path]:
    """Copy every policy of both folders into *folder*; return where each comes from."""
    sources: dict[str, Path] = {}
    for source in [*sorted(SHIPPED.glob("*.yaml")), *sorted(OWN.glob("*.yaml"))]:
        if source.name in sources and source.name != WAIVERS_FILE:
            shown = source.relative_to(ROOT)
            raise PolicyError(f"{shown}: has the name of a shipped policy, which it cannot replace; rename it")
        sources[source.name] = source
        shutil.copy(source, folder)
    return sources


def _waivers(today: date) -> str:
    """The waivers of both folders, ours with the years that they are in force by."""
    text = (OWN / WAIVERS_FILE).read_text(encoding="utf-8")
    own = yaml.safe_load(text.replace("THIS_YEAR", str(today.year)).replace("LAST_YEAR", str(today.year - 1)))
    shipped = SHIPPED / WAIVERS_FILE
    first = yaml.safe_load(shipped.read_text(encoding="utf-8")) if shipped.is_file() else {"budgets": {}, "waivers": []}
    teams = sorted({*first["budgets"], *own["budgets"]})
    budgets = {team: first["budgets"].get(team, 0) + own["budgets"].get(team, 0) for team in teams}
    together = {"budgets": budgets, "waivers": [*first["waivers"], *own["waivers"]]}
    return str(yaml.safe_dump(together, allow_unicode=True, sort_keys=False))
