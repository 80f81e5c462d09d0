"""The audit's handler whole: environment, pinned documents, a run, its answer or its failure."""

import json
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import GATE_KEY, SIGNING_KEYS_KEY
from modelgate.errors import InfrastructureError, PinError
from modelgate.evidence.record import Outcome

from lambdas.audit.remembering import RememberingVerifier
from lambdas.audit.settings import Settings
from lambdas.environment import SettingError
from tests.unit.lambdas.audit_world import SIGNER, AuditWorld
from tests.unit.lambdas.test_handlers import GATE, cold_start
from tests.unit.lambdas.world import STORE, TABLE, World, package_arn
from tests.unit.signing_made_up import signing_keys_document

KEYS = signing_keys_document([SIGNER])
CONTEXT = SimpleNamespace(
    function_name="audit",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:f",
    aws_request_id="request",
    get_remaining_time_in_millis=lambda: 900_000,
)


@pytest.fixture
def audited(world: World, monkeypatch: pytest.MonkeyPatch) -> AuditWorld:
    """What Terraform sets, and the pinned documents in the store."""
    world.s3.put_object(Bucket=STORE, Key=GATE_KEY, Body=GATE)
    world.s3.put_object(Bucket=STORE, Key=SIGNING_KEYS_KEY, Body=KEYS)
    for name, value in environment(world.queue_url, world.dead_letter_queue_url).items():
        monkeypatch.setenv(name, value)
    return AuditWorld(world)


def environment(queue_url: str, dead_letter_queue_url: str) -> dict[str, str]:
    """The variables of the function."""
    return {
        "MODELGATE_ARTIFACT_STORE": STORE,
        "MODELGATE_GATE_DIGEST": sha256_of(GATE),
        "MODELGATE_SIGNING_KEYS_DIGEST": sha256_of(KEYS),
        "MODELGATE_PIPELINE_NAME": "gate-approval",
        "MODELGATE_PARTITION": "aws",
        "MODELGATE_REGION": "eu-west-1",
        "MODELGATE_QUEUE_URL": queue_url,
        "MODELGATE_CLAIMS_TABLE": TABLE,
        "MODELGATE_UNDECIDED_SECONDS": "7200",
        "MODELGATE_MAX_ATTEMPTS": "3",
        "MODELGATE_DEAD_LETTER_QUEUE_URLS": json.dumps([dead_letter_queue_url]),
        "MODELGATE_EVENT_BUS": "default",
        "POWERTOOLS_SERVICE_NAME": "audit",
        "POWERTOOLS_METRICS_NAMESPACE": "modelgate",
    }


GIVEN = environment("https://queue", "https://dead-letters")


def function(audited: AuditWorld, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The handler's module as a new instance has it, with the fakes for what moto does not play."""
    module = cold_start("audit")
    for name, fake in {
        "sagemaker": audited.registry,
        "kms": audited.kms,
        "events": audited.bus,
        "cloudwatch": audited.bus,
    }.items():
        monkeypatch.setattr(module, name, fake)
    return module


def test_a_run_looks_tells_and_answers_with_numbers(
    audited: AuditWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two runs of one warm function: the first adopts, the second finds; each finding is one line of the log."""
    audited.decide(audited.register(package_arn(1), "Approved"), Outcome.APPROVED)
    handler = function(audited, monkeypatch).handler

    assert handler({}, CONTEXT) == {"packages": 1, "findings": 0}
    audited.register(package_arn(2), "Approved")
    assert handler({}, CONTEXT) == {"packages": 2, "findings": 1}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (line,) = [line for line in lines if line["level"] == "WARNING"]
    assert (line["kind"], line["model_package_arn"]) == ("approved-without-record", str(package_arn(2)))


def test_a_run_that_could_not_look_at_everything_fails_when_it_has_told_the_rest(
    audited: AuditWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda then counts an error, tries again, and keeps the event as a dead letter in the end."""
    handler = function(audited, monkeypatch).handler
    handler({}, CONTEXT)
    for version in (1, 2):
        audited.register(package_arn(version), "Approved")
    audited.registry.unreadable = {str(package_arn(1))}

    with pytest.raises(InfrastructureError, match=f"{package_arn(1)}: describing"):
        handler({}, CONTEXT)

    assert [detail["model_package_arn"] for detail in audited.told()] == [str(package_arn(2))]
    assert audited.bus.numbers[-1]["AuditRuns"] == 1


@pytest.mark.parametrize("name", ["MODELGATE_GATE_DIGEST", "MODELGATE_SIGNING_KEYS_DIGEST"])
def test_a_document_that_does_not_match_its_digest_stops_the_run(
    audited: AuditWorld, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whose signatures count, and what is under the gate, is never guessed; no run is counted."""
    monkeypatch.setenv(name, "sha256:" + "0" * 64)

    with pytest.raises(PinError):
        function(audited, monkeypatch).handler({}, CONTEXT)

    assert audited.bus.numbers == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODELGATE_MAX_ATTEMPTS", "some"),
        ("MODELGATE_UNDECIDED_SECONDS", "0"),
        ("MODELGATE_DEAD_LETTER_QUEUE_URLS", "https://queue"),
        ("MODELGATE_DEAD_LETTER_QUEUE_URLS", "[1]"),
        ("MODELGATE_DEAD_LETTER_QUEUE_URLS", '[], "urls": ["twice"]'),
        *((name, "") for name in sorted(GIVEN) if name.startswith("MODELGATE")),
    ],
)
def test_a_wrong_setting_is_named_at_the_cold_start(name: str, value: str) -> None:
    """The sentence names the variable."""
    with pytest.raises(SettingError, match=name):
        Settings.from_environment({**GIVEN, name: value})


def test_a_valid_signature_is_asked_for_once_and_nothing_else_is_remembered() -> None:
    """Another key, message or signature is another question; what was invalid is asked again."""
    asked: list[tuple[Any, ...]] = []

    class Asked:
        def verify(self, *question: Any) -> bool:
            asked.append(question)
            return question == ("key", b"message", b"signature")

    verifier = RememberingVerifier(Asked())
    valid = ("key", b"message", b"signature")
    others = [("other", *valid[1:]), ("key", b"other", b"signature"), ("key", b"message", b"other")]
    others += [("key", b"messages", b"ignature"), ("keym", b"essage", b"signature")]

    assert [verifier.verify(*valid), verifier.verify(*valid)] == [True, True]
    assert asked == [valid]
    assert [verifier.verify(*other) for other in others * 2] == [False] * 10
    assert asked == [valid, *others, *others]
