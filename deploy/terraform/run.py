"""One Terraform root in one account: init, plan, apply, and the second plan that must be empty."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.paths import ROOT, workspace
from deploy.terraform.account import Account
from deploy.terraform.binary import find_terraform, write_configuration
from deploy.terraform.errors import DeployError
from deploy.terraform.inputs import sources, variables
from deploy.terraform.snapshot import take
from deploy.terraform.values import Environment, Target

Say = Callable[[str], None]
Event = Mapping[str, Any]  # one line of Terraform's machine-readable output

# SQS queues make the provider wait 25 s each: they wait together only when many are made at once.
PARALLELISM = 30
SILENCE_SECONDS = 5.0
LOCK_TIMEOUT = "60s"  # another run in the same account may be about to end
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a plan would do; *empty* says that not even an output changes."""

    summary: str
    changes: tuple[str, ...]
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An initialised root; *folder* holds its data, saved plan and log, *code* is this run's copy of the root."""

    target: Target
    code: Path
    folder: Path
    arguments: tuple[str, ...]  # value files and variables, for plan and import
    environment: Mapping[str, str]
    terraform: str
    say: Say

    def initialise(self, backend: Path) -> None:
        """Install the locked provider, and connect to the state."""
        self.say(f"{self.target.name}: init")
        self._run("init", "-reconfigure", "-lockfile=readonly", f"-backend-config={backend}")

    def plan(self, *, destroy: bool = False, only: str | None = None) -> Plan:
        """Save a plan."""
        self.say(f"{self.target.name}: plan")
        options = [*self.arguments, f"-out={self._plan}", *(["-destroy"] if destroy else [])]
        options += [f"-target={only}"] if only else []
        plan = self._planned(*options)
        self.say(f"{self.target.name}: {plan.summary}")
        return plan

    def show(self) -> str:
        """The saved plan, to read."""
        return self._capture("show", "-no-color", str(self._plan))

    def apply(self) -> None:
        """Apply the saved plan, with a line now and then on how far it is and what it is at."""
        done, spoke = 0, 0.0

        def hear(event: Event) -> None:
            nonlocal done, spoke
            if event.get("type") not in ("apply_start", "apply_progress", "apply_complete"):
                return
            done += event["type"] == "apply_complete"
            if time.monotonic() - spoke >= SILENCE_SECONDS:
                spoke = time.monotonic()
                self.say(f"{self.target.name}: {done} done, at {event['hook']['resource']['addr']}")

        self._run("apply", f"-parallelism={PARALLELISM}", str(self._plan), hear=hear)
        self._plan.unlink()

    def require_empty_plan(self) -> None:
        """
        Plan again.

        Raises:
            DeployError: the account is still not what the code says.
        """
        self.say(f"{self.target.name}: second plan, which must be empty")
        plan = self._planned(*self.arguments)
        if not plan.empty:
            shown = ", ".join(plan.changes[:5]) or "its outputs change"
            raise DeployError(
                f"{self.target.name}: the second plan is not empty: {shown}{' …' if plan.changes[5:] else ''}; "
                "the account does not keep what the code says, so find out what changes it"
            )

    def outputs(self) -> dict[str, Any]:
        """The root's outputs."""
        return {name: entry["value"] for name, entry in json.loads(self._capture("output", "-json")).items()}

    def addresses(self) -> tuple[str, ...]:
        """What the state holds; `state list` calls a state that was never written an error."""
        return tuple(self._capture("state", "list").split()) if self._capture("state", "pull").strip() else ()

    def forget(self, *addresses: str) -> None:
        """Take *addresses* out of the state; what they name stays in the account."""
        self._capture("state", "rm", *addresses)

    def adopt(self, address: str, resource: str) -> None:
        """Take an existing *resource* into the state as *address*."""
        self._capture("import", "-input=false", "-no-color", *self.arguments, address, resource)

    @property
    def _plan(self) -> Path:
        return self.folder / "plan.tfplan"

    def _capture(self, *command: str) -> str:
        answer = subprocess.run(
            [self.terraform, *command],
            cwd=self.code,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            words = " ".join(_COLOURS.sub("", answer.stderr).replace("│", " ").split())
            raise DeployError(f"{self.target.name}: terraform {command[0]} failed: {words[:600]}")
        return answer.stdout

    def _planned(self, *options: str) -> Plan:
        changes: list[str] = []
        summaries = ["no changes"]

        def hear(event: Event) -> None:
            if event.get("type") == "planned_change":
                changes.append(f"{event['change']['action']} {event['change']['resource']['addr']}")
            elif event.get("type") == "change_summary":
                summaries.append(_summary(event["changes"]))

        code = self._run("plan", "-detailed-exitcode", *options, hear=hear)
        return Plan(summary=summaries[-1], changes=tuple(changes), empty=code == 0)

    def _run(self, command: str, *options: str, hear: Callable[[Event], None] = lambda _: None) -> int:
        """Run a command with machine-readable output; raise its first errors when it fails."""
        full = [self.terraform, command, "-json", "-input=false", f"-lock-timeout={LOCK_TIMEOUT}", *options]
        path = self.folder / f"{command}.log"
        errors = []
        with (
            path.open("w") as log,
            subprocess.Popen(
                full,
                cwd=self.code,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            ) as process,
        ):
            for line in process.stdout or ():
                log.write(line)
                event = _event(line)
                if event.get("@level") == "error":
                    errors.append(_complaint(event))
                hear(event)
        if process.returncode not in ((0, 2) if command == "plan" else (0,)):
            said = "; ".join(errors[:3]) or f"exit code {process.returncode}, see {path}"
            raise DeployError(f"{self.target.name}: terraform {command} failed: {said}")
        return process.returncode


def prepare(environment: Environment, target: Target, account: Account, say: Say) -> Run:
    """
    Initialise *target*'s root with its provider and state.

    Raises:
        DeployError: Terraform, the provider or something built is missing, or the state cannot be reached.
    """
    terraform = find_terraform()
    base = workspace(environment.name) / "terraform"
    folder = base / target.name.replace("/", "-")
    folder.mkdir(parents=True, exist_ok=True)
    given = variables(environment, target)
    taken = take(folder / "snapshots", sources(environment, target))
    run = Run(
        target=target,
        code=taken / target.folder.relative_to(ROOT),
        folder=folder,
        arguments=(
            *(f"-var-file={taken / path.relative_to(ROOT)}" for path in environment.value_files(target)),
            *(f"-var={name}={value}" for name, value in given.items()),
        ),
        environment={
            **account.variables,
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(write_configuration(base)),
            "TF_DATA_DIR": str(folder / "data"),
            "TF_IN_AUTOMATION": "1",
        },
        terraform=terraform,
        say=say,
    )
    run.initialise(_write_backend(folder, environment, target))
    return run


def _write_backend(folder: Path, environment: Environment, target: Target) -> Path:
    lines = [
        f'bucket = "{environment.state_bucket(target)}"',
        f'key    = "{target.state_key}"',
        f'region = "{environment.region}"',
    ]
    if environment.deploy_role is not None:
        role = f"arn:{environment.partition}:iam::{target.account}:role/{environment.deploy_role}"
        lines.append(f'assume_role = {{ role_arn = "{role}", session_name = "modelgate-deploy" }}')
    path = folder / "backend.tfbackend"
    path.write_text("\n".join(lines) + "\n")
    return path


def _event(line: str) -> Event:
    try:
        event = json.loads(line)
    except ValueError:
        return {"@message": line.strip()}  # init says some things in plain text, whatever it was asked
    return event if isinstance(event, dict) else {}


def _complaint(event: Event) -> str:
    found = event.get("diagnostic") or {}
    text = f"{found.get('summary', event.get('@message', ''))}: {found.get('detail', '')}"
    where = found.get("address") or (found.get("range") or {}).get("filename", "")
    return " ".join(f"{text} {f'({where})' if where else ''}".split())[:600]


def _summary(changes: Mapping[str, Any]) -> str:
    words = {"import": "to import", "add": "to add", "change": "to change", "remove": "to destroy"}
    return ", ".join(f"{changes[name]} {word}" for name, word in words.items() if changes.get(name)) or "no changes"
