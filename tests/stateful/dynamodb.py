"""The part of DynamoDB that claims, attempts and waiting records use; an expression not written here is an error."""
# ruff: noqa: N803 - arguments are named as the services name them

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.stateful.s3 import refused

Item = dict[str, Any]

_CONDITIONS: dict[str, Callable[[Item | None, dict[str, Any]], bool]] = {
    "attribute_not_exists(pk) OR (#state = :starting AND lease_until < :now)": lambda item, values: (
        item is None
        or (item["state"] == values[":starting"] and int(item["lease_until"]["N"]) < int(values[":now"]["N"]))
    ),
    "#state = :starting AND lease_until = :lease": lambda item, values: (
        item is not None and item["state"] == values[":starting"] and item["lease_until"] == values[":lease"]
    ),
    "attribute_not_exists(pk) OR attempt < :attempt": lambda item, values: (
        item is None or int(item["attempt"]["N"]) < int(values[":attempt"]["N"])
    ),
    "note = :note": lambda item, values: item is not None and item["note"] == values[":note"],
}


@dataclass
class FakeDynamoDB:
    """One table, by partition and sort key; *recorded* is every execution that a claim ever named."""

    items: dict[tuple[str, str], Item] = field(default_factory=dict)
    recorded: set[str] = field(default_factory=set)

    def put_item(self, *, Item: Item, **request: Any) -> Any:
        self._check(_key(Item), request)
        self.items[_key(Item)] = dict(Item)
        return {}

    def get_item(self, *, Key: Item, **request: Any) -> Any:
        found = self.items.get(_key(Key))
        return {} if found is None else {"Item": dict(found)}

    def update_item(self, *, Key: Item, **request: Any) -> Any:
        assert request["UpdateExpression"] == "SET #state = :started, execution_arn = :execution"
        values = request["ExpressionAttributeValues"]
        changed = {"state": values[":started"], "execution_arn": values[":execution"]}
        self.items[_key(Key)] = {**self.items.get(_key(Key), dict(Key)), **changed}
        self.recorded.add(changed["execution_arn"]["S"])
        return {}

    def delete_item(self, *, Key: Item, **request: Any) -> Any:
        self._check(_key(Key), request)
        self.items.pop(_key(Key), None)
        return {}

    def query(self, *, KeyConditionExpression: str, ExpressionAttributeValues: Item, **request: Any) -> Any:
        assert KeyConditionExpression == "pk = :artifact"
        partition = ExpressionAttributeValues[":artifact"]["S"]
        return {"Items": [dict(item) for key, item in sorted(self.items.items()) if key[0] == partition]}

    def _check(self, key: tuple[str, str], request: dict[str, Any]) -> None:
        condition = request.get("ConditionExpression")
        if condition is not None and not _CONDITIONS[condition](
            self.items.get(key), request["ExpressionAttributeValues"]
        ):
            raise refused("ConditionalCheckFailedException", "The conditional request failed")


def _key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]
