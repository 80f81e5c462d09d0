"""What a run of the machine did, for whoever reads its output."""

from collections.abc import Mapping


def lines(counts: Mapping[str, int]) -> str:
    """One line a number, those of the same kind together."""
    return "\n".join(f"{number:10,d}  {what}" for what, number in sorted(counts.items())) + "\n"
