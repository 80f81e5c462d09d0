"""Breaking the glass: the record first, so that nobody approves in silence, then the status."""

import hashlib

from modelgate.aws.evidence import write_once
from modelgate.aws.objects import Bucket
from modelgate.aws.status import StatusWrite
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.layout import break_glass_key
from modelgate.contracts.package import ModelPackage
from modelgate.errors import ContentError
from modelgate.evidence.break_glass import BreakGlass
from modelgate.evidence.registry_text import META_EVIDENCE, META_VERDICT, describe_break_glass

_VERDICT = "break-glass"


def record_break_glass(evidence: Bucket, note: BreakGlass, *, use: str) -> str:
    """Write the record of one *use* (its name, chosen by the caller and never again); return its address.

    Raises:
        ContentError: that name was used before.
        InfrastructureError: S3 did not answer, or refused: nothing may be changed then.
    """
    package = ModelPackageArn.parse(note.package_arn)
    key, body = break_glass_key(package.group, package.version, use), note.to_json()
    if write_once(evidence, key, body) != body:
        raise ContentError(f"{evidence.uri(key)} records another use already; nothing was changed")
    return evidence.uri(key)


def break_glass_write(package: ModelPackage, note: BreakGlass, address: str) -> StatusWrite:
    """The write that follows the record at *address*."""
    words = {META_VERDICT: _VERDICT, META_EVIDENCE: address}
    return StatusWrite(
        arn=package.arn,
        approval_status=note.status,
        description=describe_break_glass(note, address),
        metadata=words,
        stale=tuple(name for name in words if name in package.metadata),
        token=hashlib.sha256(address.encode()).hexdigest()[:36],
    )
