"""Waivers that could never be used: each would look like an exception and be none."""

from collections.abc import Mapping

from modelgate.contracts.results import Severity
from modelgate.policy.model import Check, Policy, Waiver
from modelgate.policy.patterns import fits


def useless(waiver: Waiver, policies: Mapping[str, Policy]) -> tuple[str, str] | None:
    """The key of *waiver* that keeps it from ever being used, and why; None when it can be used."""
    policy = policies.get(waiver.policy)
    if policy is None:
        return "policy", f"is {waiver.policy!r}, which is not here; one of: {', '.join(sorted(policies))}"
    check = next((check for check in policy.checks if check.id == waiver.check), None)
    if check is None:
        known = ", ".join(check.id for check in policy.checks)
        return "check", f"is {waiver.check!r}, which policy {policy.name!r} does not have; one of: {known}"
    if policy.match.groups and not any(fits(waiver.group, pattern) for pattern in policy.match.groups):
        governed = ", ".join(policy.match.groups)
        return "group", f"is {waiver.group!r}, which policy {policy.name!r} does not govern; it governs {governed}"
    return _check(check) or _facets(waiver, check) or _limits(waiver, check)


def _check(check: Check) -> tuple[str, str] | None:
    if check.severity is Severity.WARN:
        return "check", f"is {check.id!r}, which only warns; there is nothing to waive, so remove it"
    return None


def _facets(waiver: Waiver, check: Check) -> tuple[str, str] | None:
    sliced = check.facets is not None
    if sliced and waiver.facet is None:
        return "check", f"is {check.id!r}, which judges slices; name the facet that may miss its bound (* for all)"
    if not sliced and waiver.facet is not None and check.kind != "custom":
        return "facet", f"makes no sense here, because {check.id!r} judges no slices; remove it"
    if check.kind == "gap" and waiver.facet_value != "*" and waiver.facet is not None:
        return "facet_value", f"makes no sense here, because {check.id!r} compares all values of a facet; remove it"
    return None


def _limits(waiver: Waiver, check: Check) -> tuple[str, str] | None:
    bound = check.bound
    if bound is None:
        return None
    if waiver.floor is not None and (bound.min is None or waiver.floor >= bound.min):
        end = "has no lower end" if bound.min is None else f"asks for at least {bound.min:g}"
        return "floor", f"is {waiver.floor:g}, but {check.id!r} {end}; a floor lies below what is asked"
    if waiver.ceiling is not None and (bound.max is None or waiver.ceiling <= bound.max):
        end = "has no upper end" if bound.max is None else f"allows at most {bound.max:g}"
        return "ceiling", f"is {waiver.ceiling:g}, but {check.id!r} {end}; a ceiling lies above what is allowed"
    return None
