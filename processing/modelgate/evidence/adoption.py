"""What a group had approved before the gate watched it: written once by the first audit, empty or not."""

from collections.abc import Mapping
from dataclasses import dataclass

from modelgate.contracts.package import ModelPackage
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, UnreadableJsonError

SCHEMA = "modelgate/adoption/v1"
MAX_ADOPTION_BYTES = 50_000_000  # some 200 bytes for each package that was approved

_LIMITS = Limits(size=MAX_ADOPTION_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyPackage:
    """A package as it was then: the digest of its registration, and when it was created."""

    registration: str
    creation_time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """The note of one group: *packages* by version. Whatever else is approved needs a decision."""

    group: str
    adopted_at: str
    packages: Mapping[str, LegacyPackage]

    def to_json(self) -> bytes:
        """The object in the evidence store."""
        return canonical({"schema": SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "Adoption":
        """Read a note.

        Raises:
            ContentError: it is not one of the schema this code reads.
        """
        try:
            document = read_object(data, _LIMITS)
        except UnreadableJsonError as error:
            raise ContentError(f"the note of an adoption cannot be read: {error}") from error
        if (found := document.pop("schema", None)) != SCHEMA:
            raise ContentError(f"the note of an adoption has schema {found!a}, this code reads {SCHEMA!r}")
        return decode(cls, document)

    def covers(self, package: ModelPackage) -> bool:
        """Whether *package* was approved before, and is still what it was: an edited one needs a decision."""
        listed = self.packages.get(str(package.arn.version))
        as_it_is = LegacyPackage(registration=package.registration, creation_time=package.creation_time)
        return package.arn.group == self.group and listed == as_it_is
