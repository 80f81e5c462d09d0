"""The bundle that Terraform pins: built reproducibly, or not at all."""

import json
from pathlib import Path

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.errors import PolicyError
from modelgate.policy.bundle import build, main
from modelgate.policy.model import Bundle

from tests.unit.policy.folders import POLICY, folder

SHIPPED = Path(__file__).parents[3] / "policies"


def test_the_command_writes_a_bundle_and_prints_its_digest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The digest is that of the file, as Terraform computes it."""
    output = tmp_path / "out" / "bundle.json"

    assert main([str(SHIPPED), "-o", str(output)]) == 0
    assert capsys.readouterr().out.startswith(f"{sha256_of(output.read_bytes())}  bundle v")


def test_the_command_writes_nothing_on_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong policy cannot be applied."""
    output = tmp_path / "bundle.json"

    assert main([str(folder(tmp_path / "in", POLICY.replace("auc\n", "auc\n    x: 1\n", 1))), "-o", str(output)]) == 1
    assert "the key 'x' is not known here" in capsys.readouterr().err
    assert not output.exists()


def test_a_bundle_of_another_schema_is_refused() -> None:
    """Unknown schema, unknown field, cut file: nobody is judged by it."""
    document = json.loads(build(SHIPPED))
    cases = [
        b"",
        b"[]",
        build(SHIPPED)[:-20],
        json.dumps(document | {"schema": "modelgate/policy-bundle/v9"}).encode(),
        json.dumps(document | {"more": 1}).encode(),
        json.dumps(document | {"version": "1"}).encode(),
    ]

    for data in cases:
        with pytest.raises(PolicyError):
            Bundle.from_json(data)


@pytest.mark.parametrize("bound", [{}, {"min": 2.0, "max": 1.0}, {"min": float("nan")}, {"max": float("inf")}])
def test_a_bound_that_bounds_nothing_is_refused_in_a_bundle_too(bound: dict[str, float]) -> None:
    """A bundle that went round the lint must not approve every number, nor refuse every model."""
    document = json.loads(build(SHIPPED))
    document["policies"][0]["checks"][0]["bound"] = bound

    with pytest.raises(PolicyError, match=r"bound|bare token"):
        Bundle.from_json(json.dumps(document).encode())
