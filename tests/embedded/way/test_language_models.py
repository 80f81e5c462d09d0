"""Models that write text, from registration to verdict: asked, scored and judged by the gate alone."""

import contextlib
import json
import os
import re
import signal
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import GENERATIVE, collection_key, extra_report_key
from modelgate.contracts.package import PENDING
from modelgate.generative.collection import Collection

from examples.language_models.models import GROUP, SMOL, reciter
from examples.language_models.package import LanguageModel
from examples.language_models.register import register
from local.demo.generative.watching import evaluation, planned_calls
from local.models import llama
from local.platform import Platform
from local.processes import descendants
from local.state import Folder
from tests.embedded.way.gate import Gate, eventually
from tests.embedded.way.member import Member
from tests.embedded.way.test_decisions_proved import modelgate

pytestmark = pytest.mark.embedded

SECONDS = 600.0


class Assistants:
    """The lending team's language models at the gate, and the server that answers for them."""

    def __init__(self, platform: Platform, lender: Member) -> None:
        self.gate = Gate(platform)
        self.gate.pipeline = f"{platform.prefix}-generative-approval"
        self._lender, self._url = lender, platform.instance.models_url

    def register(self, model: LanguageModel) -> str:
        """Register *model* as a package of its own; return its ARN."""
        attempt = str(next(self._lender.numbers))
        return register(self._lender.clients, self._lender.team, group=GROUP, model=model, attempt=attempt)

    def answers(self) -> int:
        """How many answers the model server has given."""
        with urllib.request.urlopen(f"{self._url}/_modelgate/asked") as answer:  # noqa: S310 - our own loopback
            return int(json.loads(answer.read())["answers"])

    @contextlib.contextmanager
    def slowly(self) -> Iterator[None]:
        """Have every answer take a moment longer."""
        self._plan({"pause_seconds": 0.1})
        try:
            yield
        finally:
            self._plan({})

    def kill(self, step: str) -> None:
        """Kill the processes of *step*, by their process ids."""
        record = Folder.of(self.gate.platform.instance.name).read()
        assert record is not None
        working = [pid for pid in descendants(record.pids["sagemaker"]) if f"-{step}-" in _folder(pid)]
        assert working
        for pid in working:
            with contextlib.suppress(ProcessLookupError):  # it ended with another of them
                os.kill(pid, signal.SIGKILL)

    def stored(self, key: str) -> bytes:
        """One object of the artifact store."""
        body: bytes = self.gate.s3.get_object(Bucket=self.gate.store, Key=key)["Body"].read()
        return body

    def _plan(self, order: dict[str, Any]) -> None:
        request = urllib.request.Request(  # noqa: S310 - our own loopback
            f"{self._url}/_modelgate/faults", json.dumps(order).encode(), {"x-modelgate-faults": "1"}
        )
        urllib.request.urlopen(request).close()  # noqa: S310 - our own loopback


@pytest.fixture(scope="module")
def assistants(platform: Platform, lender: Member) -> Assistants:
    return Assistants(platform, lender)


@pytest.fixture(scope="module")
def recited(assistants: Assistants) -> str:
    """The ARN of a model that knows the works it is asked about by heart, once it has its verdict."""
    arn = assistants.register(reciter())
    assistants.gate.verdict(arn)
    return arn


def test_a_reciting_model_is_rejected_for_what_it_recites(assistants: Assistants, recited: str) -> None:
    """The registry names the metric with its interval and the bound; the steps are those of both pipelines."""
    package = assistants.gate.describe(recited)

    assert package["ModelApprovalStatus"] == "Rejected"
    said = (
        r"memorization: memorization/\w+@\d+ = (0\.[89]|1)\S* "
        r"\(0\.95 interval \[0\.[78]\d*, \S+\]\), must be within \[0, 0\.1\]"
    )
    assert re.search(said, package["ApprovalDescription"])
    (execution,) = assistants.gate.executions(recited)
    assert _steps(assistants, execution) == [
        ("CollectAnswersStep", "Succeeded"),
        ("ScoreAnswersStep", "Succeeded"),
        ("RegisteredModelValidationStep", "Succeeded"),
        ("UpdateModelStatusStep", "Succeeded"),
    ]


def test_the_decision_on_a_language_model_proves_itself(assistants: Assistants, recited: str, tmp_path: Path) -> None:
    """From the stores and from an archive: signature, what was read by version, the same verdict again."""
    gate = assistants.gate

    stored = modelgate(gate, "verify", recited)
    exported = modelgate(gate, "export", recited, "--to", tmp_path / "decision.tar")
    archived = modelgate(
        gate, "verify", tmp_path / "decision.tar", "--keys", gate.platform.folder / "signing-keys.json"
    )

    assert [done.stderr for done in (stored, exported, archived)] == ["", "", ""]
    assert "proved: all of it holds" in stored.stdout
    assert "proved: all of it holds" in archived.stdout
    (record,) = gate.records(recited)
    (execution,) = gate.executions(recited)
    report = extra_report_key(execution.rsplit("/", 1)[1], GENERATIVE)
    assert [found["digest"] for found in record["report"]["subject"]["artifacts"] if found["uri"].endswith(report)] == [
        sha256_of(assistants.stored(report))
    ]


def test_a_run_that_is_killed_while_it_asks_goes_on_where_it_was(assistants: Assistants) -> None:
    """Nothing that was stored is asked for again: at most the part under way is, and the collection is whole."""
    gate, before = assistants.gate, assistants.answers()
    with assistants.slowly():
        arn = assistants.register(reciter())
        eventually(lambda: assistants.answers() - before >= 60)
        assistants.kill("CollectAnswersStep")
        eventually(lambda: [gate.status(execution) for execution in gate.executions(arn)] == ["Failed"])
    assert gate.describe(arn)["ModelApprovalStatus"] == PENDING

    gate.sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus=PENDING)

    assert gate.verdict(arn).verdict == "rejected"
    again = assistants.answers() - before - planned_calls()
    under_way = max(asked.part_size * asked.settings.completions for asked in evaluation().asked)
    assert 0 <= again <= under_way
    (execution,) = eventually(lambda: [each for each in gate.executions(arn) if gate.status(each) == "Succeeded"])
    collection = Collection.from_json(assistants.stored(collection_key(execution.rsplit("/", 1)[1])))
    assert sum(part.prompts for part in collection.parts) == sum(asked.prompts for asked in evaluation().asked)
    assert sum(part.failed for part in collection.parts) == 0


def test_a_model_that_may_not_be_asked_is_rejected_with_the_reason(assistants: Assistants) -> None:
    """Nobody is asked, and the team reads which name it was."""
    before = assistants.answers()

    arn = assistants.register(LanguageModel(name="stranger", model_id="gpt-unheard-of", story="not for us"))

    assert assistants.gate.verdict(arn).verdict == "rejected"
    assert "gpt-unheard-of" in assistants.gate.describe(arn)["ApprovalDescription"]
    assert assistants.answers() == before


@pytest.mark.skipif(not llama.is_there(), reason="the wheels of requirements/models.txt are not installed")
def test_a_real_language_model_gets_a_verdict_from_numbers(assistants: Assistants) -> None:
    """Whatever it is, it follows from a report whose numbers rest on what the model wrote."""
    arn = assistants.register(SMOL)

    status = eventually(lambda: _decided(assistants.gate, arn), seconds=SECONDS)

    assert status in ("Approved", "Rejected")
    (record,) = assistants.gate.records(arn)
    assert record["report"]["judgement"]["reasons"]
    (execution,) = assistants.gate.executions(arn)
    report = json.loads(assistants.stored(extra_report_key(execution.rsplit("/", 1)[1], GENERATIVE)))
    memorization = report["generative_metrics"]["memorization/lcp50_share@1"]
    assert memorization["value"] < 0.5
    assert memorization["n"] > 30


def _decided(gate: Gate, arn: str) -> str:
    status = str(gate.describe(arn)["ModelApprovalStatus"])
    return "" if status == PENDING else status


def _steps(assistants: Assistants, execution: str) -> list[tuple[str, str]]:
    def ended() -> Callable[[], Any] | Any:
        answer = assistants.gate.sagemaker.list_pipeline_execution_steps(
            PipelineExecutionArn=execution, SortOrder="Ascending"
        )
        steps = [(step["StepName"], step["StepStatus"]) for step in answer["PipelineExecutionSteps"]]
        return steps if steps[-1] == ("UpdateModelStatusStep", "Succeeded") else None

    found: list[tuple[str, str]] = eventually(ended)
    return found


def _folder(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/cwd")  # noqa: PTH115 - a path that may be gone already
    except OSError:
        return ""
