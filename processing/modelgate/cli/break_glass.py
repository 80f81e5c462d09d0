"""``modelgate break-glass``: set a status past the gate, recorded before it is set, and never unheard."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import uuid4

import typer

from modelgate.aws.break_glass import break_glass_write, record_break_glass
from modelgate.aws.identity import find_caller
from modelgate.aws.status import write_status
from modelgate.cli.asking import refuse_without_a_yes
from modelgate.cli.options import AsJson, PackageArn
from modelgate.cli.platform import platform_of
from modelgate.cli.printing import complain, emit, say
from modelgate.cli.registered import described
from modelgate.cli.where import EvidenceStore, Prefix
from modelgate.contracts.package import APPROVED, REJECTED
from modelgate.errors import InfrastructureError
from modelgate.evidence.break_glass import MAX_WORDS, BreakGlass


class NewStatus(StrEnum):
    """What may be set."""

    APPROVED = APPROVED
    REJECTED = REJECTED


def words_of(text: str) -> str:
    """Read a reason, or a person.

    Raises:
        typer.BadParameter: it says nothing, or too much.
    """
    if not text.strip() or len(text) > MAX_WORDS:
        raise typer.BadParameter(f"say it in 1 to {MAX_WORDS} characters; the record will cite it")
    return text.strip()


def break_glass(
    arn: PackageArn,
    *,
    status: Annotated[NewStatus, typer.Option("--status", help="The status to set.")],
    reason: Annotated[str, typer.Option("--reason", parser=words_of, help="Why this cannot wait for the gate.")],
    second_person: Annotated[
        str, typer.Option("--second-person", parser=words_of, help="Who else has agreed; not you.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    prefix: Prefix = None,
    evidence_store: EvidenceStore = None,
    as_json: AsJson = False,
) -> None:
    """
    Set a package's status past the gate, for an emergency: with the break-glass role, a reason and a second person.

    The record is written first; without it nothing is changed. Every use rings an alarm.
    """
    platform = platform_of(arn, prefix=prefix, evidence_store=evidence_store)
    package = described(platform, arn)
    note = BreakGlass(
        package_arn=str(arn),
        registration=package.registration,
        status=status.value,
        reason=reason,
        opened_by=find_caller(platform.session.sts()).arn,
        second_person=second_person,
        at=datetime.now(UTC).isoformat(),
    )
    refuse_without_a_yes(
        f"{status.value}, past the gate: {arn.group} version {arn.version}, which is {package.approval_status}?",
        said=yes,
        can_ask=not as_json,
    )
    address = record_break_glass(platform.evidence(), note, use=uuid4().hex)
    try:
        write_status(platform.session.sagemaker(), break_glass_write(package, note, address))
    except InfrastructureError:
        complain(f"recorded at {address}, but the status was not written; run the command again, or tell the auditors")
        raise
    if as_json:
        emit({"record": address, "package_arn": str(arn), "status": status.value, "opened_by": note.opened_by})
    else:
        say(f"recorded: {address}")
        say(f"{arn} is {status.value} now; the alarm on every use rings, and the audit lists it")
