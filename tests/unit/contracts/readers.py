"""Every door that reads JSON, and the only errors that it may raise; importing it needs what the steps need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.check_report import CheckReport
from modelgate.contracts.gate import Gate
from modelgate.contracts.messages import parse_message
from modelgate.contracts.review import ReviewRecord
from modelgate.errors import (
    BindingError,
    ContentError,
    MalformedMessageError,
    ModelgateError,
    PinError,
    PolicyError,
    UnreadableReportError,
)
from modelgate.evidence.adoption import Adoption
from modelgate.evidence.break_glass import BreakGlass
from modelgate.evidence.envelope import open_envelope
from modelgate.evidence.notes import ApprovalNote, BundleNote, RefusalNote, RevertNote
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.policy.model import Bundle
from modelgate.replay import segment
from modelgate.reports.read import read_report


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """*read* takes bytes and answers, or raises *error*."""

    read: Callable[[bytes], Any]
    error: type[ModelgateError]


def _message(data: bytes) -> Any:
    """A queue message arrives as a text, which may hold half of a character."""
    return parse_message(data.decode("utf-8", "surrogateescape"))


READERS: Mapping[str, Reader] = {
    "bias report": Reader(read=lambda data: read_report("Bias.Report", data), error=UnreadableReportError),
    "extra report": Reader(read=lambda data: read_report("Extra.tests", data), error=UnreadableReportError),
    "message": Reader(read=_message, error=MalformedMessageError),
    "gate": Reader(read=Gate.from_json, error=PinError),
    "bundle": Reader(read=Bundle.from_json, error=PolicyError),
    "signing keys": Reader(read=SigningKeys.from_json, error=PinError),
    "check report": Reader(read=CheckReport.from_json, error=BindingError),
    "signed record": Reader(read=open_envelope, error=ContentError),
    "review": Reader(read=ReviewRecord.from_json, error=ContentError),
    "approval note": Reader(read=ApprovalNote.from_json, error=ContentError),
    "bundle note": Reader(read=BundleNote.from_json, error=ContentError),
    "refusal note": Reader(read=RefusalNote.from_json, error=ContentError),
    "revert note": Reader(read=RevertNote.from_json, error=ContentError),
    "adoption": Reader(read=Adoption.from_json, error=ContentError),
    "break glass": Reader(read=BreakGlass.from_json, error=ContentError),
    "archive": Reader(read=segment.from_json, error=ContentError),
}
