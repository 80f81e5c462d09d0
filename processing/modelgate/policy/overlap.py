"""Policies that govern the same packages: each of these would be held, because exactly one policy must govern it."""

from collections.abc import Iterable

from modelgate.policy.model import Match
from modelgate.policy.patterns import fits


def implies(narrow: Match, wide: Match) -> bool:
    """Whether every package that *narrow* fits is one that *wide* fits; certain when true, not when false."""
    return (
        _within(narrow.groups, wide.groups, patterns=True)
        and _within(narrow.accounts, wide.accounts)
        and _within(narrow.problem_types, wide.problem_types)
        and _within(narrow.risk_tiers, wide.risk_tiers)
        and wide.tags.items() <= narrow.tags.items()
        and wide.metadata.items() <= narrow.metadata.items()
    )


def _within(narrow: Iterable[str], wide: Iterable[str], *, patterns: bool = False) -> bool:
    """Whether what *narrow* lets through *wide* lets through too; an empty choice lets everything through.

    A pattern read as a name fits another pattern only if all names that it fits do: its ``*`` fits nothing but ``*``.
    """
    choices, allowed = tuple(narrow), tuple(wide)
    if not allowed or (patterns and "*" in allowed):
        return True
    return bool(choices) and all(
        any(fits(choice, other) if patterns else choice == other for other in allowed) for choice in choices
    )
