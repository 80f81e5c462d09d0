"""What Terraform sets and sends is what the functions, the definition and the steps read."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from modelgate.aws.pipeline import start_execution
from modelgate.contracts.arns import ModelPackageArn

from lambdas.audit.settings import Settings as AuditSettings
from lambdas.copy_artifacts.settings import Settings as CopySettings
from lambdas.start_approval.settings import Settings as StartSettings

TERRAFORM = Path(__file__).resolve().parents[2] / "terraform"
DEFINITION = TERRAFORM / "modules" / "approval_pipeline" / "definition.tf"
# The module of a function adds this one itself, unless it is told that the code sets nothing aside.
ADDED = {"MODELGATE_DEAD_LETTER_QUEUE_URL"}


class Recording(Mapping[str, str]):
    """An environment that has every variable, and remembers which were asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return '["1"]' if name.endswith("_URLS") else "1"

    def __iter__(self) -> Iterator[str]:
        return iter(self.asked)

    def __len__(self) -> int:
        return len(self.asked)


@pytest.mark.parametrize(
    ("name", "settings"),
    [("audit", AuditSettings), ("copy_artifacts", CopySettings), ("start_approval", StartSettings)],
)
def test_terraform_sets_exactly_the_variables_that_a_function_reads(
    name: str, settings: type[AuditSettings] | type[CopySettings] | type[StartSettings]
) -> None:
    """A variable more is dead, a variable less stops the cold start."""
    root = TERRAFORM / "roots" / "governance"
    code = (root / f"{name}.tf").read_text()
    for optional in re.findall(r"local\.(generative_environment|evaluation_environment),", code):
        code += next(line for line in (root / "generative.tf").read_text().splitlines() if f"  {optional} = {{" in line)
    added = set() if re.search(r"^  sets_aside += false$", code, re.M) else ADDED
    environment = Recording()

    settings.from_environment(environment)

    assert set(re.findall(r'[ "](MODELGATE_[A-Z_]+)"?\s+=', code)) | added == environment.asked


class Started:
    """Takes one start and keeps it."""

    def start_pipeline_execution(self, **request: object) -> dict[str, str]:
        self.request = request
        return {"PipelineExecutionArn": "arn"}


def test_the_definition_declares_exactly_the_parameters_that_are_sent() -> None:
    """The service refuses a parameter that the definition does not declare, and the definition has no defaults."""
    arn = ModelPackageArn(partition="aws", region="eu-west-1", account="2" * 12, group="g", version=1)
    client = Started()
    start_execution(client, pipeline="p", arn=arn, change="c", bucket="b")  # type: ignore[arg-type]
    sent = {parameter["Name"] for parameter in client.request["PipelineParameters"]}  # type: ignore[attr-defined]

    assert set(re.findall(r"Parameters\.([A-Za-z]+)", DEFINITION.read_text())) == sent
