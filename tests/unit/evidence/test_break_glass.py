"""The record of a break-glass: two people and a reason, or it is none."""

import json
from dataclasses import replace

import pytest
from modelgate.errors import ContentError
from modelgate.evidence.break_glass import BreakGlass

from tests.unit.evidence.words_made_up import ADA, broken_glass


def test_it_is_read_as_it_was_written() -> None:
    """Canonical JSON, so that its digest says the same everywhere."""
    assert BreakGlass.from_json(broken_glass().to_json()) == broken_glass()


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": " "},
        {"reason": "x" * 1001},
        {"second_person": ""},
        {"second_person": ADA},
        {"second_person": " Ada@example.org"},
        {"status": "PendingManualApproval"},
        {"registration": "none"},
        {"package_arn": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval"},
    ],
)
def test_it_is_refused_without_two_people_and_a_reason(changes: dict[str, str]) -> None:
    """Whoever opens it cannot be the second person, by the whole ARN or by the name in it."""
    document = json.loads(broken_glass().to_json()) | changes

    with pytest.raises(ContentError):
        replace(broken_glass(), **changes)
    with pytest.raises(ContentError):
        BreakGlass.from_json(json.dumps(document).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b'{"schema":"modelgate/break-glass/v2"}'])
def test_anything_else_is_refused(data: bytes) -> None:
    """Another schema is another document."""
    with pytest.raises(ContentError):
        BreakGlass.from_json(data)
