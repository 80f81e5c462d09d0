"""What a gate document may say beside its groups: reverting, and canaries."""

import json

import pytest
from modelgate.contracts.gate import Gate
from modelgate.errors import PinError

from tests.unit.contracts.strict_doors import GATE, PACKAGE


def test_a_gate_reverts_nothing_and_has_no_canaries_unless_it_says_so() -> None:
    """Both are choices of an environment."""
    gate = Gate.from_json(json.dumps(GATE))

    assert (gate.revert_unproved, gate.canaries) == (False, ())


def test_a_gate_may_revert_and_name_canaries() -> None:
    """Canaries are package ARNs."""
    gate = Gate.from_json(json.dumps({**GATE, "revert_unproved": True, "canaries": [PACKAGE]}))

    assert (gate.revert_unproved, [str(arn) for arn in gate.canaries]) == (True, [PACKAGE])


@pytest.mark.parametrize(
    "wrong",
    [
        {"revert_unproved": "true"},
        {"revert_unproved": 1},
        {"revert_unproved": None},
        {"canaries": PACKAGE},
        {"canaries": ["loan-approval/1"]},
        {"canaries": [PACKAGE.replace("loan-approval", "somebody-elses")]},
        {"canaries": [PACKAGE.replace("222222222222", "333333333333")]},
    ],
    ids=str,
)
def test_a_wrong_option_makes_the_document_unusable(wrong: dict[str, object]) -> None:
    """A canary that nothing judges would be silent for ever, and a text is neither true nor false."""
    with pytest.raises(PinError):
        Gate.from_json(json.dumps({**GATE, **wrong}))
