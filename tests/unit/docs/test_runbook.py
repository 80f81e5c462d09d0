"""docs/runbook.md: a section for every alarm, an alarm for every section, and commands that exist."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import hcl2
import pytest
from botocore import xform_name
from modelgate.audit.finding import METRICS, RUNS
from modelgate.cli.policy import PolicyCommands
from modelgate.cli.root import Commands

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
MODULES = ROOT / "terraform" / "modules"
NAMED = re.compile(r"docs/runbook\.md#(?P<anchor>[a-z-]+|\$\{each\.key\})\.")
PARTS = ("**It means**", "**Look**", "**Do**", "**Do not**")
ALARM_TOPIC = "var.alarm_topic_arn"


def unquoted(found: Any) -> Any:
    """What the parser gives, without the quotes that it keeps around names and texts."""
    if isinstance(found, dict):
        return {str(key).strip('"'): unquoted(value) for key, value in found.items()}
    if isinstance(found, list):
        return [unquoted(value) for value in found]
    return found.strip('"') if isinstance(found, str) else found


def module(path: Path) -> dict[str, Any]:
    """One file of Terraform."""
    with path.open(encoding="utf-8") as file:
        found: dict[str, Any] = unquoted(hcl2.load(file))
    return found


def resources(folder: Path, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The resources of one kind in a module, by their label."""
    for path in sorted(folder.glob("*.tf")):
        for block in module(path).get("resource", []):
            yield from block.get(kind, {}).items()


def local_values(folder: Path) -> dict[str, Any]:
    """What a module calls by a name of its own."""
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.tf")):
        for block in module(path).get("locals", []):
            found |= block
    return found


def alarms() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Everything that rings: metric alarms, and rules whose target is the topic of the alarms."""
    for folder in sorted(MODULES.iterdir()):
        for label, alarm in resources(folder, "aws_cloudwatch_metric_alarm"):
            yield f"{folder.name}/{label}", alarm["alarm_description"], local_values(folder)
        targets = [str(target) for _, target in resources(folder, "aws_cloudwatch_event_target")]
        ringing = " ".join(target for target in targets if ALARM_TOPIC in target)
        for label, rule in resources(folder, "aws_cloudwatch_event_rule"):
            if f"aws_cloudwatch_event_rule.{label}.name" in ringing:
                yield f"{folder.name}/{label}", rule["description"], local_values(folder)


ALARMS = list(alarms())


def anchors(description: str, values: Mapping[str, Any]) -> list[str]:
    """The sections that an alarm names; one that is made for each kind names one for each."""
    found = [match["anchor"] for match in NAMED.finditer(description)]
    return [one for anchor in found for one in (values["metrics"] if anchor.startswith("$") else [anchor])]


def sections() -> dict[str, str]:
    """The text below each heading of the second level."""
    parts = re.split(r"^#{1,2} (.+)$", PAGE, flags=re.MULTILINE)
    titles = re.findall(r"^## (.+)$", PAGE, flags=re.MULTILINE)
    return {title: text for title, text in zip(parts[1::2], parts[2::2], strict=True) if title in titles}


def commands(program: str) -> Iterator[list[str]]:
    """Every command of *program* on the page, in blocks and in sentences."""
    blocks = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    spoken = re.findall(rf"`({program} [^`]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL))
    for line in (*blocks, *spoken):
        words = shlex.split(line)
        if words[:1] == [program]:
            yield words[1:]


def test_there_are_alarms() -> None:
    """A reader of Terraform that found none would make every other test here pass."""
    names = {name for name, _, _ in ALARMS}

    assert {"finding_alarms/finding", "approval_pipeline/unfinished", "break_glass_role/taken"} <= names
    assert len(names) >= 11


@pytest.mark.parametrize(("name", "description", "values"), ALARMS, ids=[name for name, _, _ in ALARMS])
def test_an_alarm_names_its_section(name: str, description: str, values: Mapping[str, Any]) -> None:
    """Whoever is woken by it reads there what to do."""
    named = anchors(description, values)

    assert named, f"{name} names no section of the runbook"
    assert [anchor for anchor in named if anchor not in sections()] == []


def test_a_section_has_an_alarm() -> None:
    """What no alarm leads to is read by nobody."""
    named = {anchor for _, description, values in ALARMS for anchor in anchors(description, values)}

    assert sections().keys() - named == set()


def test_every_kind_of_finding_has_an_alarm_on_its_own_metric() -> None:
    """The audit and Terraform agree on names; one that only one side knows would never ring."""
    values = local_values(MODULES / "finding_alarms")["metrics"]
    (missing,) = [
        a for label, a in resources(MODULES / "finding_alarms", "aws_cloudwatch_metric_alarm") if label == "missing"
    ]

    assert {kind: metric["name"] for kind, metric in values.items()} == {k.value: name for k, name in METRICS.items()}
    assert missing["metric_name"] == RUNS


@pytest.mark.parametrize("title", sections())
def test_a_section_says_what_it_means_where_to_look_what_to_do_and_what_not(title: str) -> None:
    """In that order."""
    places = [sections()[title].find(part) for part in PARTS]

    assert -1 not in places
    assert places == sorted(places)


def test_links_within_the_page_lead_somewhere() -> None:
    """A section that was renamed takes its links along."""
    assert [anchor for anchor in re.findall(r"\]\(#([a-z-]+)\)", PAGE) if anchor not in sections()] == []


def test_its_modelgate_commands_exist() -> None:
    """Under the names and with the options that the command line has."""
    used = {f"policy {words[1]}" if words[0] == "policy" else words[0] for words in commands("modelgate")}
    known = {*Commands.later, *(f"policy {name}" for name in PolicyCommands.later)}

    assert used - known == set()


def test_its_aws_commands_exist() -> None:
    """Services, operations and options as the SDK's service models have them."""
    session = botocore.session.get_session()
    wrong = []
    for service, operation, *options in commands("aws"):
        if (service, operation) == ("logs", "tail"):
            continue  # the command line's own, over several operations
        model = session.get_service_model({"s3api": "s3"}.get(service, service))
        known = {xform_name(name, "-"): name for name in model.operation_names}
        if operation not in known:
            wrong.append(f"{service} {operation}")
            continue
        shape = model.operation_model(known[operation]).input_shape
        members = {xform_name(name, "-") for name in (shape.members if shape is not None else ())}
        given = {option.removeprefix("--") for option in options if option.startswith("--")}
        wrong += [f"{service} {operation} --{option}" for option in sorted(given - members - {"query"})]

    assert wrong == []
