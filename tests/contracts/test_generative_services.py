"""What the adapters of generative evaluations send and read, recorded, and held to the installed model of each service.

The files that cannot be run against the services here rest on this: a member that a new botocore lacks, or an adapter
that sends one nobody wrote down, fails.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import pytest

CONTRACTS: dict[str, Any] = json.loads(Path(__file__).with_name("generative_services.json").read_text("utf-8"))
OPERATIONS = [
    (service, name, operation)
    for service, contract in CONTRACTS.items()
    for name, operation in contract["operations"].items()
]
NAMES = [f"{service}:{name}" for service, name, _ in OPERATIONS]


def model(service: str) -> Any:
    """botocore's model of *service*."""
    return botocore.session.get_session().get_service_model(service)


def shape_at(shape: Any, path: str) -> Any:
    """The shape below *shape* at *path*, such as ``messages[].role``."""
    for part in path.split("."):
        shape = shape.members[part.rstrip("[]")]
        if part.endswith("[]"):
            shape = shape.member
    return shape


@pytest.mark.parametrize("service", CONTRACTS)
def test_the_version_of_the_interface_is_the_recorded_one(service: str) -> None:
    """Another one is another contract."""
    assert model(service).api_version == CONTRACTS[service]["api"]


@pytest.mark.parametrize(("service", "name", "operation"), OPERATIONS, ids=NAMES)
@pytest.mark.parametrize("side", ["sends", "reads"])
def test_every_member_is_there(service: str, name: str, operation: Mapping[str, Any], side: str) -> None:
    """Under its name, of its type, and with the values that are sent or compared with."""
    of = model(service).operation_model(name)
    root = of.input_shape if side == "sends" else of.output_shape

    for path, kind in operation[side].items():
        shape = shape_at(root, path)
        if isinstance(kind, list):
            assert set(kind) <= set(shape.enum), path
        else:
            assert shape.type_name == kind, path


@pytest.mark.parametrize(("service", "name", "operation"), OPERATIONS, ids=NAMES)
def test_every_member_that_the_service_requires_is_sent(service: str, name: str, operation: Mapping[str, Any]) -> None:
    """In each structure that is sent at all."""
    sent = set(operation["sends"])

    assert set(required(model(service).operation_model(name).input_shape, sent)) - prefixes(sent) == set()


@pytest.mark.parametrize(("service", "name", "operation"), OPERATIONS, ids=NAMES)
def test_the_errors_are_those_that_are_told_apart(service: str, name: str, operation: Mapping[str, Any]) -> None:
    """By code and by HTTP status; a new one of the service is met here first."""
    shapes = {shape.name: shape for shape in model(service).operation_model(name).error_shapes}
    expected = operation.get("errors", {})

    for code, status in expected.items():
        assert status in (None, shapes[code].metadata.get("error", {}).get("httpStatusCode")), code
    for code, members in operation.get("error_members", {}).items():
        assert set(members) <= set(shapes[code].members)
    if service.endswith("-runtime"):
        assert set(shapes) == set(expected)


def required(shape: Any, sent: set[str], at: str = "") -> Iterator[str]:
    """The paths of what is required below *shape*, of structures that something in *sent* lies in."""
    if shape.type_name == "list":
        yield from required(shape.member, sent, f"{at}[]")
    if shape.type_name != "structure":
        return
    for name, member in shape.members.items():
        path = f"{at}.{name}" if at else name
        if name in shape.required_members:
            yield path
        if any(one.startswith((f"{path}.", f"{path}[]")) for one in sent):
            yield from required(member, sent, path)


def prefixes(paths: set[str]) -> set[str]:
    """*paths* and everything that they lie in."""
    found = set()
    for path in paths:
        parts = path.split(".")
        for end in range(1, len(parts) + 1):
            whole = ".".join(parts[:end])
            found |= {whole, whole.removesuffix("[]")}
    return found
