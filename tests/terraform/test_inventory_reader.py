"""The inventory's reader itself: what it accepts, and how it says what differs."""

from pathlib import Path
from typing import Any

import pytest

from tests.terraform.inventory import differences

PLAN: dict[str, Any] = {
    "resource_changes": [
        {
            "address": "aws_sqs_queue.events",
            "mode": "managed",
            "type": "aws_sqs_queue",
            "change": {"after": {"name": "events", "delay": 0, "policy": '{"Statement": [{"Sid": "A"}]}'}},
        }
    ]
}


def found(folder: Path, inventory: str) -> list[str]:
    path = folder / "case.yaml"
    path.write_text(inventory)
    return differences(PLAN, path)


def test_an_inventory_is_silent_about_the_rest(tmp_path: Path) -> None:
    """A subset is enough, also inside JSON text."""
    inventory = (
        "values: {aws_sqs_queue.events: {name: events, policy: {Statement: [{Sid: A}]}}}\ncounts: {aws_sqs_queue: 1}"
    )

    assert found(tmp_path, inventory) == []


@pytest.mark.parametrize(
    ("inventory", "said"),
    [
        ("values: {aws_sqs_queue.events: {name: other}}", "aws_sqs_queue.events.name: got 'events', expected 'other'"),
        ("values: {aws_sqs_queue.events: {colour: red}}", "aws_sqs_queue.events.colour: got nothing, expected 'red'"),
        (
            "values: {aws_sqs_queue.events: {policy: {Statement: [{Sid: B}]}}}",
            "aws_sqs_queue.events.policy.Statement[0].Sid: got 'A', expected 'B'",
        ),
        ("values: {aws_sqs_queue.other: {}}", "aws_sqs_queue.other: not in the plan"),
        ("counts: {aws_sqs_queue: 2}", "aws_sqs_queue: got 1 of them, expected 2"),
    ],
)
def test_a_difference_names_address_got_and_expected(tmp_path: Path, inventory: str, said: str) -> None:
    """Enough to mend either side without opening the plan."""
    assert found(tmp_path, inventory) == [said]
