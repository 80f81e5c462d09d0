"""``modelgate audit``: what is not as the gate left it, looked at now and changed by nothing."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from modelgate.audit.finding import Finding
from modelgate.audit.package import Rules
from modelgate.audit.trouble import told
from modelgate.aws.audit import Audited, Surroundings, audit
from modelgate.aws.objects import Bucket
from modelgate.aws.queue import find_queue
from modelgate.cli.ending import Exit
from modelgate.cli.options import AsJson
from modelgate.cli.platform import Platform
from modelgate.cli.printing import complain, emit, say
from modelgate.cli.registered import current
from modelgate.cli.where import ArtifactStore, EvidenceStore, GovernanceAccount, Prefix, Region
from modelgate.contracts.gate import Gate
from modelgate.contracts.layout import GATE_KEY, SIGNING_KEYS_KEY
from modelgate.errors import InfrastructureError
from modelgate.evidence.signing_keys import SigningKeys

_FUNCTIONS = ("audit", "copy-artifacts", "start-approval")  # each with a queue of dead letters


def audit_command(
    *,
    undecided_after: Annotated[
        int, typer.Option("--undecided-after", help="How long a package may wait for a decision.", metavar="SECONDS")
    ] = 7200,
    prefix: Prefix = None,
    evidence_store: EvidenceStore = None,
    artifact_store: ArtifactStore = None,
    governance_account: GovernanceAccount = None,
    region: Region = None,
    as_json: AsJson = False,
) -> int:
    """
    Look at every package under the gate, at failed executions and at dead letters, as the scheduled audit does.

    It only reads: nothing is asked for, noted or counted. Exits with 1 when something was found.
    """
    place = Platform(
        region=region,
        account=governance_account,
        prefix=prefix,
        evidence_store=evidence_store,
        artifact_store=artifact_store,
    )
    if prefix is None:
        raise typer.BadParameter("pipeline and queues are named after it", param_hint="--prefix")
    audited = audit(_surroundings(place, prefix), Rules(now=datetime.now(UTC), undecided_seconds=undecided_after))
    if as_json:
        emit(
            {
                "findings": [_document(finding) for finding in audited.findings],
                "packages": audited.packages,
                "troubles": list(audited.troubles),
            }
        )
    else:
        _show(audited)
    if audited.troubles:
        raise InfrastructureError(told(audited.troubles))
    return Exit.FAULTS if audited.findings else Exit.FINE


def _surroundings(place: Platform, prefix: str) -> Surroundings:
    from modelgate.evidence.public_keys import PublicKeys  # takes time to import, and only those who verify need it

    store, sqs = place.artifacts(), place.session.sqs()
    gate = Gate.from_json(current(store, GATE_KEY))
    return Surroundings(
        gate=gate,
        sagemaker=place.session.sagemaker(),
        sqs=sqs,
        evidence=Bucket(s3=store.s3, name=place.evidence_store or gate.evidence_store, owner=gate.governance_account),
        verifier=PublicKeys(SigningKeys.from_json(current(store, SIGNING_KEYS_KEY))),
        pipelines=_pipelines(prefix, gate),
        queues=tuple(find_queue(sqs, f"{prefix}-{function}-dlq") for function in _FUNCTIONS),
        adopts=False,
    )


def _pipelines(prefix: str, gate: Gate) -> tuple[str, ...]:
    """As terraform/modules/names calls them; the second is there where a group has an evaluation."""
    evaluated = any(group.evaluation is not None for group in gate.groups.values())
    return (f"{prefix}-approval", *([f"{prefix}-generative-approval"] if evaluated else []))


def _show(audited: Audited) -> None:
    for finding in audited.findings:
        complain(f"{finding.kind}: {finding.sentence}")
    number = len(audited.findings)
    found = f"{number} finding{'s' * (number != 1)}" if number else "nothing found"
    say(f"{found}; {audited.packages} packages looked at")


def _document(finding: Finding) -> dict[str, str | None]:
    return {
        "kind": finding.kind.value,
        "model_package_arn": None if finding.package is None else str(finding.package),
        "group": finding.group,
        "sentence": finding.sentence,
    }
