"""The door between the steps: ``checks.json``, what the check step found and everything it is bound to."""

from dataclasses import dataclass
from enum import StrEnum

from modelgate.contracts.results import Judgement
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.contracts.subject import Subject
from modelgate.errors import BindingError, ContentError

SCHEMA = "modelgate/check-report/v3"
MAX_CHECK_REPORT_BYTES = 64_000_000
MAX_CHECK_REPORT_VALUES = 5_000_000  # ten thousand facts of twenty reports, and all results

_LIMITS = Limits(size=MAX_CHECK_REPORT_BYTES, values=MAX_CHECK_REPORT_VALUES)


class Runtime(StrEnum):
    """What ran the step: the image digest names a container image, or the installed package of a process."""

    CONTAINER = "container"
    PROCESS = "process"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What a result belongs to. Anything that differs makes it somebody else's result.

    The last two are there where the pipeline evaluates models that write text.
    """

    package_arn: str
    execution_arn: str
    gate_digest: str
    policy_digest: str
    policy_bundle_version: int
    signing_keys_digest: str
    image_digest: str
    runtime: Runtime
    evaluations_digest: str | None = None
    scoring_image_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What the check step hands over.

    A package that was no longer pending was not judged: *subject* and *judgement* are None, *note* says why.
    """

    binding: Binding
    subject: Subject | None
    judgement: Judgement | None
    note: str | None
    checked_at: str

    def to_json(self) -> bytes:
        """The file, byte for byte the same for the same content."""
        return canonical({"schema": SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "CheckReport":
        """Read the file.

        Raises:
            BindingError: it is empty, cut, of another schema, or not exactly in this form.
        """
        try:
            document = read_object(data, _LIMITS)
            if (schema := document.pop("schema", None)) != SCHEMA:
                raise BindingError(f"the check report has schema {schema!a:.200}, this code reads {SCHEMA!r}")
            report = decode(cls, document)
        except ContentError as error:
            raise BindingError(f"the check report cannot be read: {error}; run the pipeline again") from error
        if (report.subject is None) != (report.judgement is None) or (report.judgement is None) == (
            report.note is None
        ):
            raise BindingError("the check report neither holds a judgement nor says why there is none")
        return report
