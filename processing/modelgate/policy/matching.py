"""Which policy governs a package group."""

from modelgate.contracts.gate import Group
from modelgate.policy.model import Bundle, Match, Policy
from modelgate.policy.patterns import fits


def matching(bundle: Bundle, group: Group) -> tuple[Policy, ...]:
    """Every policy that governs *group*; exactly one is what a judgement needs."""
    return tuple(policy for policy in bundle.policies if _governs(policy.match, group))


def _governs(match: Match, group: Group) -> bool:
    if not match.groups and not match.tags:
        return False
    named = not match.groups or any(fits(group.name, pattern) for pattern in match.groups)
    return named and all(group.tags.get(key) == value for key, value in match.tags.items())
