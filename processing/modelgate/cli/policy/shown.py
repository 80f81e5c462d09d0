"""A policy as a person reads it: whom it governs, what it wants to see, and what each check looks at and asks."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich import box
from rich.console import Console
from rich.table import Table

from modelgate.cli.printing import cell, plain
from modelgate.contracts.results import Severity
from modelgate.evaluate.waivers import in_force
from modelgate.policy.model import Against, Bundle, Change, Check, FacetChoice, Match, OnInfinite, Policy, Waiver

_SEVERITY_STYLES = {Severity.FAIL: "red", Severity.HOLD: "yellow", Severity.WARN: "dim"}
_AGAINST = {
    Against.LAST_APPROVED: "the last approved version",
    Against.BEST_APPROVED: "the best of the last {of} approved versions",
    Against.BASELINES: "the registered baselines",
}


def show_policy(screen: Console, policy: Policy) -> None:
    """Print *policy*."""
    screen.print(cell(f"{policy.name} v{policy.version}, owned by {policy.owner}", "bold"))
    screen.print(plain(f"  {policy.description}"), soft_wrap=True)
    screen.print(plain(f"  governs   {'; '.join(_match(policy.match))}"), soft_wrap=True)
    screen.print(plain(f"  evidence  {'; '.join(_evidence(policy))}"), soft_wrap=True)
    screen.print(f"  approval  {policy.approval}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("check", "looks at", "asks", "or else", "because"):
        table.add_column(heading, overflow="fold")
    for check in policy.checks:
        severity = cell(check.severity, _SEVERITY_STYLES[check.severity])
        because = check.reason if check.source is None else f"{check.reason} ({check.source})"
        table.add_row(
            cell(check.id), cell(looks_at(check)), cell("; ".join(asks(check)) or "-"), severity, cell(because)
        )
    screen.print(table)


def show_waivers(screen: Console, bundle: Bundle) -> None:
    """Print the waivers, those that ended too: they stay visible."""
    today = datetime.now(UTC).date().isoformat()
    for waiver in bundle.waivers:
        screen.print(plain(f"waiver {waiver.id}: {_waiver(waiver)}; {_standing(waiver, today)}"), soft_wrap=True)


def looks_at(check: Check) -> str:
    """The numbers of *check*."""
    measure = "" if check.measure == "value" else f"{check.measure} of "
    what = check.metric or check.function or ", ".join(check.features) or check.kind.replace("_", " ")
    parts = [f"{measure}{what}"]
    if check.metric and check.features:
        parts.append(f"columns {', '.join(check.features)}")
    if check.facets is not None:
        parts.append(f"for {', '.join(map(_facet, check.facets)) or 'every facet and value'}")
    if check.labels:
        parts.append(f"labels {', '.join(check.labels)}")
    if check.report is not None:
        parts.append(f"in {check.report}")
    return f"{check.kind}: {' '.join(parts)}"


def asks(check: Check) -> Iterator[str]:
    """What its numbers must hold."""
    if check.bound is not None:
        yield str(check.bound)
    if check.confidence is not None:
        yield f"with the whole {check.confidence:.3g} interval"
    if check.minimum_n is not None:
        yield f"on at least {check.minimum_n} rows"
    if check.on_infinite is not OnInfinite.FAIL:
        yield f"infinite values {check.on_infinite}"
    if check.change is not None:
        yield from _change(check.change)
    if check.may_be_absent:
        yield "or is absent"


def _change(change: Change) -> Iterator[str]:
    against = _AGAINST[change.against].format(of=change.of)
    if change.worse_by is not None:
        yield f"at most {change.worse_by:g} worse than {against}"
    if change.worse_by_percent is not None:
        yield f"at most {change.worse_by_percent:g} % worse than {against}"
    if change.suspicious_gain is not None:
        yield f"a gain above {change.suspicious_gain:g} over {against} is looked at"
    yield f"a first version: {change.first_version}"


def _facet(choice: FacetChoice) -> str:
    return choice.facet if choice.values is None else f"{choice.facet}={'|'.join(choice.values)}"


def _match(match: Match) -> Iterator[str]:
    if match.groups:
        yield f"groups {', '.join(match.groups)}"
    if match.accounts:
        yield f"accounts {', '.join(match.accounts)}"
    if match.tags:
        yield f"tags {', '.join(f'{key}={value}' for key, value in match.tags.items())}"
    if match.metadata:
        yield f"metadata {', '.join(f'{key}={value}' for key, value in match.metadata.items())}"
    if match.problem_types:
        yield f"problem types {', '.join(match.problem_types)}"
    if match.risk_tiers:
        yield f"risk tiers {', '.join(match.risk_tiers)}"


def _evidence(policy: Policy) -> Iterator[str]:
    yield ", ".join(policy.evidence.required)
    yield "each with its digest" if policy.evidence.content_digest_required else "digests optional"
    if policy.evidence.maximum_age_days is not None:
        yield f"at most {policy.evidence.maximum_age_days} days old"


def _waiver(waiver: Waiver) -> str:
    limits = [f"down to {waiver.floor:g}"] if waiver.floor is not None else []
    limits += [f"up to {waiver.ceiling:g}"] if waiver.ceiling is not None else []
    where = "" if waiver.facet is None else f" for {waiver.facet}={waiver.facet_value}"
    exception = f"{waiver.check} of {waiver.policy}{where} may go {' and '.join(limits)} in {waiver.group}"
    return f"{exception} ({waiver.ticket}; {waiver.owner}, granted by {waiver.approver}: {waiver.reason})"


def _standing(waiver: Waiver, today: str) -> str:
    if in_force(waiver, today):
        return f"in force until {waiver.expires}"
    return f"expired on {waiver.expires}" if today > waiver.expires else f"in force from {waiver.granted}"
