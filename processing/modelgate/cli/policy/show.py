"""``modelgate policy show``."""

from typing import Annotated

import typer

from modelgate.cli.bundles import read_bundle
from modelgate.cli.documents import document_of
from modelgate.cli.ending import Exit
from modelgate.cli.gates import GateFile, group_in, read_gate
from modelgate.cli.groups import GroupOptions, pairs
from modelgate.cli.options import (
    POLICIES,
    Account,
    AsJson,
    GroupName,
    Metadata,
    PoliciesArgument,
    Problem,
    Tags,
    Team,
    Tier,
)
from modelgate.cli.policy.shown import show_policy, show_waivers
from modelgate.cli.printing import console, emit, say
from modelgate.policy.matching import matching
from modelgate.policy.model import Bundle, Policy

Named = Annotated[str | None, typer.Option("--policy", help="Only this policy.")]


def show(
    policies: PoliciesArgument = POLICIES,
    *,
    policy: Named = None,
    group: GroupName = None,
    gate: GateFile = None,
    tag: Tags = None,
    team: Team = None,
    account: Account = None,
    risk_tier: Tier = None,
    problem_type: Problem = None,
    metadata: Metadata = None,
    as_json: AsJson = False,
) -> None:
    """
    Show policies as tables; with --group, which of them governs a package of that group.

    With --group it leaves with 0 when exactly one does, and with 3 otherwise: such packages are held.
    """
    bundle = read_bundle(policies)
    shown, governs = bundle.policies, None
    if group is not None:
        options = GroupOptions(tag=tag, team=team, account=account, risk_tier=risk_tier, problem_type=problem_type)
        known = options.group(group) if gate is None else group_in(read_gate(gate), group, options)
        shown = matching(bundle, known, pairs(metadata, "--metadata"))
        governs = [one.name for one in shown]
    if policy is not None:
        shown = _named(bundle, policy)
    if as_json:
        emit(
            {
                "bundle_version": bundle.version,
                "governs": governs,
                "policies": document_of(shown),
                "waivers": document_of(bundle.waivers),
                "budgets": document_of(bundle.budgets),
            }
        )
    else:
        _print(bundle, shown, group, governs)
    raise typer.Exit(Exit.FINE if governs is None or len(governs) == 1 else Exit.HOLD)


def _print(bundle: Bundle, shown: tuple[Policy, ...], group: str | None, governs: list[str] | None) -> None:
    screen = console()
    if governs is not None:
        by = " and ".join(governs) or "no policy"
        held = "" if len(governs) == 1 else ", so its packages are held; change match or tags until one does"
        say(f"{group} is governed by {by}{held}")
    for one in shown:
        show_policy(screen, one)
    if governs is None:
        show_waivers(screen, bundle)
        say(f"bundle v{bundle.version}")


def _named(bundle: Bundle, name: str) -> tuple[Policy, ...]:
    found = tuple(one for one in bundle.policies if one.name == name)
    if not found:
        known = ", ".join(one.name for one in bundle.policies)
        raise typer.BadParameter(f"there is no policy {name!r}; known: {known}", param_hint="--policy")
    return found
