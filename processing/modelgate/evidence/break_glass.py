"""Break-glass: a status that a person set past the gate. The record is written before the status, and never changed.

    {"schema": "modelgate/break-glass/v1", "package_arn": "arn:…:model-package/loan-approval/7",
     "registration": "sha256:…", "status": "Approved", "reason": "…",
     "opened_by": "arn:aws:sts::222222222222:assumed-role/gate-break-glass/ada", "second_person": "…",
     "at": "2026-11-25T10:00:00+00:00"}

It is not signed: only the break-glass role may write where it lies.
"""

from dataclasses import dataclass

from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.digests import is_digest
from modelgate.contracts.package import APPROVED, REJECTED
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, UnreadableJsonError

SCHEMA = "modelgate/break-glass/v1"
MAX_WORDS = 1000  # characters of a reason, and of whoever is named
MAX_BREAK_GLASS_BYTES = 20_000

_LIMITS = Limits(size=MAX_BREAK_GLASS_BYTES)
_STATUSES = (APPROVED, REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlass:
    """One use. *registration* is the digest of the package as that person saw it; *opened_by* is the caller's ARN."""

    package_arn: str
    registration: str
    status: str
    reason: str
    opened_by: str
    second_person: str
    at: str

    def __post_init__(self) -> None:
        ModelPackageArn.parse(self.package_arn)
        if not is_digest(self.registration):
            raise ContentError(f"{self.registration[:100]!a} is not the digest of a registration")
        if self.status not in _STATUSES:
            raise ContentError(f"a break-glass sets {' or '.join(_STATUSES)}, not {self.status[:100]!a}")
        for words, what in ((self.reason, "its reason"), (self.second_person, "the second person")):
            if not words.strip() or len(words) > MAX_WORDS:
                raise ContentError(f"a break-glass says {what} in 1 to {MAX_WORDS} characters")
        if is_caller(self.second_person, self.opened_by):
            raise ContentError(f"{self.opened_by} cannot be the second person as well; ask somebody else")

    def to_json(self) -> bytes:
        """The object in the evidence store."""
        return canonical({"schema": SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "BreakGlass":
        """Read one.

        Raises:
            ContentError: it is not one of the schema this code reads.
        """
        try:
            document = read_object(data, _LIMITS)
        except UnreadableJsonError as error:
            raise ContentError(f"the break-glass record cannot be read: {error}") from error
        if (found := document.pop("schema", None)) != SCHEMA:
            raise ContentError(f"the break-glass record has schema {ascii(found)[:100]}, this code reads {SCHEMA!r}")
        return decode(cls, document)


def is_caller(person: str, caller: str) -> bool:
    """Whether *person* names the *caller* (an ARN): as the whole ARN, or by the name at its end, whatever the case."""
    named, arn = person.strip().casefold(), caller.strip().casefold()
    return named in (arn, arn.rpartition("/")[2])
