"""Events of real services and of their documentation: none may start or copy anything by mistake."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from modelgate.contracts.messages import ArtifactUploaded, ModelRegistered, parse_message
from modelgate.errors import ContentError

from lambdas.copy_artifacts.copier import copy_artifact
from lambdas.start_approval.starter import IGNORED
from tests.unit.lambdas.world import World

REPOSITORY = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("MODELGATE_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
EVENTS = DATA / "events"
FILES = sorted(EVENTS.rglob("*.json"))
READ_AS_REGISTRATIONS = {"awsdocs/model_package_state_change_current.json"}

pytestmark = pytest.mark.skipif(not FILES, reason="no recorded events; set MODELGATE_SHARED_DATA to their folder")


def name(path: Path) -> str:
    return path.relative_to(EVENTS).as_posix()


def bodies(path: Path) -> list[str]:
    """What a queue would hand out for the file: itself, and the bodies of an SQS batch inside it."""
    text = path.read_text()
    records = json.loads(text).get("Records", [])
    return [text, *(record["body"] for record in records if "body" in record)]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_recorded_event_starts_an_execution(world: World, path: Path) -> None:
    """Each is another service's, of another group, decided already, or malformed: refused or ignored."""
    starter = world.starter()

    for body in bodies(path):
        with suppress(ContentError):
            assert starter.answer(parse_message(body)).action == IGNORED

    assert world.sagemaker.executions == {}
    assert world.requests() == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_recorded_event_copies_anything(world: World, path: Path) -> None:
    """None comes from a product's bucket; each is refused with a reason."""
    for body in bodies(path):
        with pytest.raises(ContentError):
            copy_artifact(world.copying_s3, world.gate, parse_message(body))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_only_the_documented_registration_is_read_as_one(path: Path) -> None:
    """The older sample repeats a key and the real one holds placeholders: both are refused, not guessed at."""
    try:
        registration = isinstance(parse_message(path.read_text()), ModelRegistered)
    except ContentError:
        registration = False

    assert registration == (name(path) in READ_AS_REGISTRATIONS)


def test_the_recorded_registration_is_read_in_full() -> None:
    """Identity, status, change and changed fields, from where the service puts them."""
    path = EVENTS / "awsdocs" / "model_package_state_change_current.json"

    event = parse_message(path.read_text())

    assert isinstance(event, ModelRegistered)
    assert (str(event.arn).rpartition(":")[2], event.approval_status, event.change, event.updated_fields) == (
        "model-package/versionedmp-p-idy6c3e1fiqj/2",
        "Rejected",
        "2021-02-24T17:00:14Z",
        ("ModelLifeCycle",),
    )


def test_the_2021_event_is_read_once_its_placeholders_are_filled() -> None:
    """Whole milliseconds as creation time, no updated fields, no metrics."""
    path = EVENTS / "awsdocs" / "model_package_state_change_drift_detection_readme.json"
    text = path.read_text()
    for placeholder, value in {
        "account": "111122223333",
        "region": "us-east-1",
        "project_name": "p",
        "version": "26",
    }.items():
        text = text.replace(f"<<{placeholder}>>", value)

    event = parse_message(text)

    assert isinstance(event, ModelRegistered)
    assert (event.arn.version, event.change, event.updated_fields) == (26, "1622695255225", ())


def test_a_recorded_upload_is_refused_only_for_its_missing_version() -> None:
    """The recorded bucket was not versioned; with a version id the same event is read."""
    path = EVENTS / "powertools" / "s3EventBridgeNotificationObjectCreatedEvent.json"
    event: dict[str, Any] = json.loads(path.read_text())
    with pytest.raises(ContentError, match="version-id"):
        parse_message(json.dumps(event))

    event["detail"]["object"]["version-id"] = "3Hl4kqtJvjVBH40Nrjfkd"

    assert isinstance(parse_message(json.dumps(event)), ArtifactUploaded)
