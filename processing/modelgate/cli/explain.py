"""``modelgate explain``: one decision, as a person would tell it."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.bundles import read_bundle
from modelgate.cli.decision.find import decision_at, newest_decision, policy_of, read_record
from modelgate.cli.decision.page import page
from modelgate.cli.decision.story import tell
from modelgate.cli.decision.told import Told
from modelgate.cli.options import AsJson, arn_of
from modelgate.cli.platform import Platform, platform_of
from modelgate.cli.printing import complain, emit
from modelgate.cli.where import EvidenceStore, GovernanceAccount, Prefix, Region
from modelgate.contracts.uris import S3Uri

Target = Annotated[
    str,
    typer.Argument(
        help="The ARN of a package (its newest decision), the s3:// address of a record, or a record on disk.",
        metavar="ARN|S3|FILE",
    ),
]
Policies = Annotated[
    Path | None,
    typer.Option("--policies", help="Policies that judged a record on disk; advice needs them.", exists=True),
]


def explain(
    target: Target,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every result, and every digest in full.")] = False,
    policies: Policies = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the decision as a page to this file.")] = None,
    prefix: Prefix = None,
    evidence_store: EvidenceStore = None,
    governance_account: GovernanceAccount = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """
    Tell one decision: what was judged, by which policy, the verdict, why, what to change, and on which evidence.

    Leaves with 0 whatever the verdict was.
    """
    if target.startswith("arn:"):
        arn = arn_of(target)
        told = newest_decision(platform_of(arn, prefix=prefix, evidence_store=evidence_store).evidence(), arn)
    elif target.startswith("s3://"):
        uri = S3Uri.parse(target)
        place = Platform(region=region, account=governance_account, evidence_store=uri.bucket)
        told = decision_at(place.evidence(), uri.key)
    else:
        told = _from_disk(Path(target), policies)
    if html is not None:
        html.write_text(page(told), encoding="utf-8")
        complain(f"written to {html}")
    if as_json:
        emit(told.document())
    else:
        tell(told, everything=everything)


def _from_disk(path: Path, policies: Path | None) -> Told:
    if not path.is_file():
        raise typer.BadParameter(f"{path} is neither a file nor an ARN", param_hint="ARN|S3|FILE")
    told = read_record(path)
    return told if policies is None else replace(told, policy=policy_of(told.record, read_bundle(policies)))
