"""Every error of the gate, drawn as a tree.

ModelgateError
├── ContentError                somebody gave us something wrong; never a reason to retry
│   ├── MalformedMessageError   a queue message or event that is not what the door expects
│   ├── InvalidArnError
│   ├── InvalidUriError         not an S3 location we read
│   ├── SignatureError          a record that no key this gate trusts has signed
│   ├── UnmappedUriError        a location outside the registering account's bucket and the store
│   ├── UnreadableJsonError     bytes that are not JSON as it is read here
│   ├── UnreadableReportError   bytes that are not a report
│   ├── UnreadableRecordError   a line or file of a generative evaluation that is not what it should be
│   └── OverlappingShardsError  statistics of the same records, to be added twice
├── BudgetSpentError            asking a model would take more calls or tokens than the run may use
├── PolicyError                 the policy bundle cannot be used: nobody is judged by it
├── BindingError                a check report that is not about this package, run, policy or image
├── PinError                    a pinned object whose bytes do not match its digest, or that is not there
└── InfrastructureError         a service did not do its part; retried, alarmed, never a rejection

A message says what, where, and what to do about it.
"""


class ModelgateError(Exception):
    """Anything the gate raises on purpose."""


class ContentError(ModelgateError):
    """Something given to the gate is wrong; trying again gives the same answer."""


class MalformedMessageError(ContentError):
    """A queue message or event does not follow its contract."""


class InvalidArnError(ContentError):
    """A text is not the ARN it should be."""


class InvalidUriError(ContentError):
    """A text is not an S3 location the gate reads."""


class SignatureError(ContentError):
    """A record is not signed by a key this gate trusts, or is not what was signed."""


class UnmappedUriError(ContentError):
    """An S3 location has no copy in the artifact store, and never will."""


class UnreadableJsonError(ContentError):
    """Bytes are not a JSON object, or hold what the gate reads nowhere."""


class UnreadableReportError(ContentError):
    """The bytes of a report cannot be read as that report."""


class UnreadableRecordError(ContentError):
    """A prompt, an answer or a tally of a generative evaluation cannot be read."""


class OverlappingShardsError(ContentError):
    """Two tallies hold the same shard, so adding them would count its records twice."""


class BudgetSpentError(ModelgateError):
    """A run would use more calls or tokens of a model than it may; it ends instead, and what it has stays."""


class PolicyError(ModelgateError):
    """A policy or policy bundle cannot be used."""


class BindingError(ModelgateError):
    """A check report does not belong to the run that presents it."""


class PinError(ModelgateError):
    """A pinned object is missing, or its bytes do not match the pinned digest."""


class InfrastructureError(ModelgateError):
    """A service failed; nothing is decided, the work is tried again."""
