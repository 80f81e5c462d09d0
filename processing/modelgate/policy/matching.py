"""Which policy governs a package."""

from collections.abc import Mapping

from modelgate.contracts.gate import Group
from modelgate.policy.model import Bundle, Match, Policy
from modelgate.policy.patterns import fits


def matching(bundle: Bundle, group: Group, metadata: Mapping[str, str]) -> tuple[Policy, ...]:
    """Every policy that governs a package of *group* with *metadata*; exactly one is what a judgement needs."""
    return tuple(policy for policy in bundle.policies if _governs(policy.match, group, metadata))


def _governs(match: Match, group: Group, metadata: Mapping[str, str]) -> bool:
    if not any((match.groups, match.accounts, match.tags, match.problem_types, match.risk_tiers)):
        return False  # metadata alone would let a team choose who judges it
    return (
        (not match.groups or any(fits(group.name, pattern) for pattern in match.groups))
        and (not match.accounts or group.account in match.accounts)
        and (not match.problem_types or group.problem_type in match.problem_types)
        and (not match.risk_tiers or group.risk_tier in match.risk_tiers)
        and all(group.tags.get(key) == value for key, value in match.tags.items())
        and all(metadata.get(key) == value for key, value in match.metadata.items())
    )
