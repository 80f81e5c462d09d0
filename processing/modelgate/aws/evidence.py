"""The evidence store: every key is written once, by whoever comes first."""

import time
from collections.abc import Callable

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure
from modelgate.aws.objects import Bucket
from modelgate.aws.owner import owned_by
from modelgate.errors import InfrastructureError

# 409: another conditional write to the key is under way. Nothing may be there yet, so the loser tries again.
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6)  # seconds; after a change of policy, every run writes the same document at once
_MAX_BYTES = 100_000_000  # more than anything that is written here


def write_once(evidence: Bucket, key: str, body: bytes, *, pause: Callable[[float], None] = time.sleep) -> bytes:
    """Write *body* to *key* unless something is there already; return what is there now.

    Raises:
        InfrastructureError: S3 did not answer, or others were writing the key all the time.
    """
    with infrastructure(f"writing {evidence.uri(key)}"):
        for seconds in _PAUSES:
            try:
                evidence.s3.put_object(
                    Bucket=evidence.name,
                    Key=key,
                    Body=body,
                    ContentType="application/json",
                    IfNoneMatch="*",
                    **owned_by(evidence.owner),
                )
            except ClientError as error:
                if error_code(error) not in _TAKEN:
                    raise
            else:
                return body
            found = evidence.read(key, max_bytes=_MAX_BYTES)
            if found is not None:
                return found.data
            pause(seconds)
    raise InfrastructureError(f"{evidence.uri(key)} is being written by others all the time; the step may be run again")
