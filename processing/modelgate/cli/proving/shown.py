"""How a proof is shown: a line for each comparison, then what follows from all."""

from typing import Any

from rich.text import Text

from modelgate.cli.printing import console, plain, say
from modelgate.cli.proving.sources import KeysFrom, Source
from modelgate.evidence.checked import CheckState, Verification

_STYLES = {CheckState.PROVED: "green", CheckState.DIFFERS: "red", CheckState.UNCHECKED: "yellow"}
_SAID = {
    CheckState.PROVED: "proved: all of it holds",
    CheckState.DIFFERS: "not proved: something differs, or is forged",
    CheckState.UNCHECKED: "not proved: what could be checked holds, but not all could",
}


def show(found: Verification, source: Source) -> None:
    """Print it as a person reads it."""
    record = found.record
    say(f"decision {record.decision_id} ({record.outcome}) on {record.subject.package_arn}")
    for one in found.checked:
        # What holds is told in short; of the rest every sentence counts.
        told = one.sentences[:1] if one.state is CheckState.PROVED else one.sentences
        line = Text(f"  {one.state.replace('_', ' '):<12}  ", style=_STYLES.get(one.state, ""))
        console().print(line.append(plain(f"{one.what}: {'; '.join(told)}"), style="default"), soft_wrap=True)
    said = _SAID[found.state]
    if found.state is CheckState.PROVED and any(one.state is CheckState.NOT_INCLUDED for one in found.checked):
        said = "proved: all that the archive includes holds"
    say(said)
    if found.keyid is not None and source.keys_from is not KeysFrom.GIVEN:
        where = "in this archive" if source.keys_from is KeysFrom.ARCHIVE else "stored with the gate"
        say(f"the key is the one {where}: compare its fingerprint {found.keyid} with the published one")


def document(found: Verification, source: Source) -> dict[str, Any]:
    """What ``--json`` prints."""
    record = found.record
    return {
        "decision_id": record.decision_id,
        "package_arn": record.subject.package_arn,
        "outcome": record.outcome.value,
        "state": found.state.value,
        "record": {"place": source.place, "digest": found.digest},
        "keyid": found.keyid,
        "keys_from": source.keys_from.value,
        "checked": [
            {"what": one.what, "state": one.state.value, "sentences": list(one.sentences)} for one in found.checked
        ],
    }
