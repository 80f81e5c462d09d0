"""``modelgate preflight``: what would go wrong with a registration, before it is made."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.bundles import read_bundle
from modelgate.cli.documents import document_of
from modelgate.cli.ending import Exit
from modelgate.cli.gates import GateFile, group_in, read_gate
from modelgate.cli.groups import NO_ACCOUNT, GroupOptions
from modelgate.cli.options import POLICIES, Account, AsJson, GroupName, Problem, Tags, Team, Tier
from modelgate.cli.package.folder import PACKAGE_FILE, PackageFolder, open_package
from modelgate.cli.package.preflight import Expectations, faults_of, metadata_of
from modelgate.cli.package.registration import group_named
from modelgate.cli.package.upload_rules import Look
from modelgate.cli.printing import complain, emit, say
from modelgate.cli.where import Region
from modelgate.contracts.gate import Group
from modelgate.policy.matching import matching
from modelgate.policy.model import Bundle, Policy

Request = Annotated[
    Path,
    typer.Argument(
        help=f"The request of CreateModelPackage as JSON, or a folder with it as {PACKAGE_FILE}.",
        exists=True,
        metavar="PATH",
    ),
]
Policies = Annotated[
    Path | None,
    typer.Option("--policies", help="Folder of policies or bundle file. Default: ./policies if there.", exists=True),
]
TeamBucket = Annotated[str | None, typer.Option("--bucket", help="The team's bucket, the only one that is followed.")]
Uploads = Annotated[bool, typer.Option("--uploads", help="Look in S3 whether everything has been uploaded.")]


def preflight(
    path: Request,
    *,
    bucket: TeamBucket = None,
    uploads: Uploads = False,
    policies: Policies = None,
    gate: GateFile = None,
    group: GroupName = None,
    tag: Tags = None,
    team: Team = None,
    account: Account = None,
    risk_tier: Tier = None,
    problem_type: Problem = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """
    Find what is wrong with a registration before it is made; leave with 1 when anything is.

    Each fault is one line on stderr: the place in the request, what is wrong, and what to do.
    Without --uploads nothing asks AWS.
    """
    folder = open_package(path)
    if folder.manifest is None:
        raise typer.BadParameter(f"{path} has no {PACKAGE_FILE}; write the request there", param_hint="PATH")
    name = group or group_named(folder.registration) or "not-named"
    options = GroupOptions(tag=tag, team=team, account=account, risk_tier=risk_tier, problem_type=problem_type)
    if gate is None:
        given = options.group(name)
    else:
        document = read_gate(gate)
        given = group_in(document, name, options)
        bucket = bucket or document.products[given.account].bucket
    policy, unknown = _policy(folder, given, policies)
    owner = None if given.account == NO_ACCOUNT else given.account
    look = _look(region, owner) if uploads else None
    faults = list(faults_of(folder, Expectations(bucket=bucket, policy=policy, look=look)))
    unchecked = [
        *([unknown] if unknown else []),
        *(["addresses, because --bucket is not given"] if bucket is None else []),
        *(["uploads, because --uploads is not given"] if look is None else []),
    ]
    if as_json:
        where = {"path": str(folder.manifest), "policy": None if policy is None else policy.name}
        emit({**where, "faults": document_of(faults), "not_checked": unchecked})
    else:
        complain("\n".join(str(fault) for fault in faults))
        for one in unchecked:
            say(f"not looked at: {one}")
        say(f"{folder.manifest}: {_counted(len(faults))}")
    raise typer.Exit(Exit.FAULTS if faults else Exit.FINE)


def _look(region: str | None, owner: str | None) -> Look:
    # Imported here: without --uploads nothing needs AWS, and a build should not wait for it.
    from modelgate.aws.session import Session
    from modelgate.aws.uploads import find_upload

    return partial(find_upload, Session(region=region).s3(), owner=owner)


def _policy(folder: PackageFolder, group: Group, policies: Path | None) -> tuple[Policy | None, str | None]:
    """The policy that will govern the package, or why what it requires is not known."""
    if policies is None and not POLICIES.is_dir():
        return None, "what the policy requires, because --policies is not given"
    bundle: Bundle = read_bundle(policies or POLICIES)
    found = matching(bundle, group, metadata_of(folder.registration))
    if len(found) == 1:
        return found[0], None
    names = ", ".join(policy.name for policy in found) or "none"
    return None, f"what the policy requires, because not one policy governs group {group.name} but {names}"


def _counted(faults: int) -> str:
    return "no fault found" if not faults else f"{faults} fault{'s' if faults > 1 else ''}"
