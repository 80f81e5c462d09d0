"""``modelgate check``: the step's own evaluation, before the step."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.bundles import read_bundle
from modelgate.cli.ending import VERDICTS
from modelgate.cli.gates import GateFile, gate_bytes, group_in, read_gate
from modelgate.cli.groups import GroupOptions, pairs
from modelgate.cli.options import POLICIES, Account, AsJson, GroupName, Metadata, Problem, Tags, Team, Tier, arn_of
from modelgate.cli.package.folder import open_package
from modelgate.cli.package.prediction import predict_from_files
from modelgate.cli.package.registration import group_named
from modelgate.cli.predicted import Prediction
from modelgate.cli.printing import emit
from modelgate.cli.where import ArtifactStore, Prefix

Target = Annotated[
    str,
    typer.Argument(help="A folder with the reports, a registration file, or the ARN of a package.", metavar="PATH|ARN"),
]
Policies = Annotated[
    Path | None,
    typer.Option(
        "--policies",
        help="Folder of policies or bundle file. Default: ./policies for files, the bundle in force for an ARN.",
        exists=True,
    ),
]


def check(
    target: Target,
    *,
    policies: Policies = None,
    gate: GateFile = None,
    group: GroupName = None,
    tag: Tags = None,
    team: Team = None,
    account: Account = None,
    risk_tier: Tier = None,
    problem_type: Problem = None,
    metadata: Metadata = None,
    prefix: Prefix = None,
    artifact_store: ArtifactStore = None,
    as_json: AsJson = False,
) -> None:
    """
    Predict the verdict on a package: every number, its bound, how far it is from it, and what to do.

    Files are judged without AWS; a registered package is read and nothing is written.
    Leaves with 0 for approve, 1 for reject, 3 for hold.
    """
    options = GroupOptions(tag=tag, team=team, account=account, risk_tier=risk_tier, problem_type=problem_type)
    if target.startswith("arn:"):
        options.refuse("the gate document says that of a registered package")
        if group or metadata:
            said = "a registered package has that already"
            raise typer.BadParameter(said, param_hint="--group" if group else "--metadata")
        prediction = _registered(target, policies, gate, prefix, artifact_store)
    else:
        prediction = _from_files(target, policies, gate, group, options, pairs(metadata, "--metadata"))
    if as_json:
        emit(prediction.document())
    else:
        prediction.show()
    raise typer.Exit(VERDICTS[prediction.judgement.verdict])


def _from_files(
    target: str,
    policies: Path | None,
    gate: Path | None,
    group: str | None,
    options: GroupOptions,
    metadata: Mapping[str, str],
) -> Prediction:
    folder = open_package(_existing(target))
    name = group or group_named(folder.registration)
    if name is None:
        raise typer.BadParameter("the registration names no group; give --group", param_hint="--group")
    document = None if gate is None else read_gate(gate)
    given = options.group(name) if document is None else group_in(document, name, options)
    bundle = read_bundle(policies or _default())
    return predict_from_files(folder, given, bundle, gate=document, metadata=metadata, now=datetime.now(UTC))


def _registered(
    target: str, policies: Path | None, gate: Path | None, prefix: str | None, artifact_store: str | None
) -> Prediction:
    # Imported here: judging files needs no AWS, and a build should not wait for what it does not use.
    from modelgate.cli.platform import platform_of
    from modelgate.cli.registered import predict_registered

    arn = arn_of(target)
    return predict_registered(
        arn,
        platform_of(arn, prefix=prefix, artifact_store=artifact_store),
        policies=policies,
        gate=None if gate is None else gate_bytes(gate),
        now=datetime.now(UTC),
    )


def _existing(target: str) -> Path:
    path = Path(target)
    if not path.exists():
        raise typer.BadParameter(f"{target} is neither a path that exists nor an ARN", param_hint="PATH|ARN")
    return path


def _default() -> Path:
    if not POLICIES.is_dir():
        raise typer.BadParameter("there is no folder ./policies here; give --policies", param_hint="--policies")
    return POLICIES
