"""A pipeline definition, parsed and checked before anything runs."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.sagemaker.interpreter import conditions, parameters, retries
from local.sagemaker.interpreter.expressions import references
from local.sagemaker.interpreter.failures import DefinitionError

VERSION = "2020-12-01"
STEP_NAME = re.compile(r"[A-Za-z0-9\-_]{1,64}")
SUPPORTED = frozenset({"Processing", "Condition", "Fail"})
EXECUTION_VARIABLES = frozenset(
    {"PipelineExecutionArn", "PipelineExecutionId", "PipelineName", "PipelineArn", "StartDateTime", "CurrentDateTime"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step; *branch* names the Condition it belongs to and the outcome that lets it run."""

    name: str
    kind: str
    arguments: dict[str, Any]
    description: str | None
    display_name: str | None
    waits_for: frozenset[str]
    retry_policies: list[dict[str, Any]]
    property_files: list[dict[str, Any]]
    branch: tuple[str, bool] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """The steps, those inside conditions included, and the declared parameters."""

    parameters: list[dict[str, Any]]
    steps: dict[str, Step]


def parse(text: str) -> Definition:
    """
    Read a definition.

    Raises:
        DefinitionError: the first thing that is wrong with it, as a sentence.
    """
    try:
        document = json.loads(text)
        if document.get("Version") != VERSION:
            raise DefinitionError(f"Version is {document.get('Version')!r}; this service reads {VERSION!r}.")
        declared = document.get("Parameters") or []
        steps = list(_steps(document.get("Steps") or [], None))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DefinitionError(f"Unable to parse pipeline definition: {error!r}.") from error
    parameters.check(declared)
    if not steps:
        raise DefinitionError("A pipeline needs at least one step.")
    by_name = {step.name: step for step in steps}
    if len(by_name) != len(steps):
        raise DefinitionError("Step names must be unique within a pipeline.")
    definition = Definition(parameters=declared, steps=by_name)
    for step in steps:
        _check_references(step, definition)
    _check_order(by_name)
    return definition


def _steps(entries: list[dict[str, Any]], branch: tuple[str, bool] | None) -> Iterator[Step]:
    for entry in entries:
        name, kind, arguments = entry["Name"], entry["Type"], entry["Arguments"]
        if not STEP_NAME.fullmatch(name):
            raise DefinitionError(f"Step name {name!r} must match {STEP_NAME.pattern}.")
        if kind not in SUPPORTED:
            raise DefinitionError(f"Step {name!r} is of type {kind!r}; supported here: {', '.join(sorted(SUPPORTED))}.")
        policies = entry.get("RetryPolicies") or []
        retries.check(policies, name)
        read = arguments
        if kind == "Condition":  # it must not wait for what only its branches read
            read = arguments["Conditions"]
            for condition in read:
                conditions.check(condition, name)
            yield from _steps(arguments.get("IfSteps") or [], (name, True))
            yield from _steps(arguments.get("ElseSteps") or [], (name, False))
        by_value = {r.split(".")[1] for r in references(read) if r.startswith("Steps.")}
        yield Step(
            name=name,
            kind=kind,
            arguments=arguments,
            description=entry.get("Description"),
            display_name=entry.get("DisplayName"),
            waits_for=frozenset(by_value | set(entry.get("DependsOn") or []) | ({branch[0]} if branch else set())),
            retry_policies=policies,
            property_files=entry.get("PropertyFiles") or [],
            branch=branch,
        )


def _check_references(step: Step, definition: Definition) -> None:
    declared = {p["Name"] for p in definition.parameters}
    known = {"Parameters": declared, "Execution": EXECUTION_VARIABLES, "Steps": set(definition.steps)}
    if unknown := sorted(step.waits_for - set(definition.steps)):
        raise DefinitionError(f"Step {step.name!r} refers to unknown steps: {', '.join(unknown)}.")
    own = step.arguments["Conditions"] if step.kind == "Condition" else step.arguments
    for path in references(own):
        root, _, rest = path.partition(".")
        if re.split(r"[.\[]", rest)[0] not in known.get(root, set()):
            raise DefinitionError(f"Step {step.name!r} refers to {path!r}, which the definition does not know.")


def _check_order(steps: dict[str, Step]) -> None:
    done: set[str] = set()
    while len(done) < len(steps):
        ready = {n for n, s in steps.items() if n not in done and s.waits_for <= done}
        if not ready:
            raise DefinitionError(f"The steps {', '.join(sorted(set(steps) - done))} wait for each other.")
        done |= ready
