"""Every command says what it does, quickly, and completion knows it."""

import resource
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from modelgate.cli.generative import GenerativeCommands
from modelgate.cli.lazily import Later, LazyGroup
from modelgate.cli.policy import PolicyCommands
from modelgate.cli.root import Commands
from typer import Typer

from tests.unit.cli.running import run

SCRIPT = Path(sys.executable).parent / "modelgate"
GROUPS = {"policy": PolicyCommands, "generative": GenerativeCommands}
COMMANDS = [(name,) for name in Commands.later if name not in GROUPS]
COMMANDS += [(group, name) for group, commands in GROUPS.items() for name in commands.later]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_has_help_with_the_exit_codes(command: tuple[str, ...]) -> None:
    """``--help`` shows usage, options and what the exit codes mean, and leaves with 0."""
    ran = run(*command, "--help")

    assert ran.code == 0
    assert f"modelgate {' '.join(command)}" in " ".join(ran.out.split())
    assert "--json" in ran.out
    assert "Exit codes: 0 fine" in ran.out


@pytest.mark.parametrize("group", [Commands, *GROUPS.values()])
def test_the_list_of_commands_names_commands_that_exist(group: type[LazyGroup]) -> None:
    """Commands are imported late, so the list must not promise one that is not there."""
    for name, later in group.later.items():
        assert isinstance(later, Later)
        assert later.load(name).name == name


def test_help_lists_every_command() -> None:
    """The commands of both levels appear with one line each."""
    for words, commands in (((), Commands), *(((name,), group) for name, group in GROUPS.items())):
        listed = run(*words, "--help")

        assert (words, listed.code, [name for name in commands.later if name not in listed.out]) == (words, 0, [])


def test_without_a_command_the_help_is_shown_as_wrong_usage() -> None:
    """Whoever calls it from a script without a command hears of it by the exit code."""
    ran = run()

    assert (ran.code, "COMMAND" in ran.out) == (2, True)


def test_help_imports_neither_aws_nor_pydantic() -> None:
    """That is what makes it quick."""
    code = "import sys; from modelgate.cli.root import app; app(['--help'], standalone_mode=False);"
    code += "print(sorted({'boto3', 'botocore', 'pydantic', 'yaml'} & set(sys.modules)))"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert out.splitlines()[-1] == "[]"


def test_files_are_judged_without_importing_aws() -> None:
    """A build that judges files does not wait for what it does not use."""
    code = "import sys, modelgate.cli.check, modelgate.cli.preflight, modelgate.cli.policy.lint;"
    code += "print('botocore' in sys.modules)"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert out.strip() == "False"


def test_help_is_quick() -> None:
    """Below a second of a processor, of which Python itself takes a part; the best of three counts."""
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([SCRIPT, "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    assert min(seconds) < 1


def test_the_version_is_that_of_the_package() -> None:
    """One line, as other tools print it."""
    ran = run("--version")

    assert (ran.code, ran.out) == (0, "modelgate 0.1.0\n")


def test_completion_knows_commands_and_options() -> None:
    """Bash asks the script itself what fits."""
    words = {"_MODELGATE_COMPLETE": "complete_bash", "COMP_WORDS": "modelgate re", "COMP_CWORD": "1"}

    out = subprocess.run([SCRIPT], capture_output=True, text=True, env=words, check=False).stdout

    assert {"review", "reevaluate", "replay"} <= set(out.split())
    words = {"_MODELGATE_COMPLETE": "complete_bash", "COMP_WORDS": "modelgate check --pol", "COMP_CWORD": "2"}
    assert subprocess.run([SCRIPT], capture_output=True, text=True, env=words, check=False).stdout.split() == [
        "--policies"
    ]


def test_a_narrow_terminal_and_no_color_are_respected() -> None:
    """No escape sequence is printed, and no line is wider than the terminal says."""
    out = subprocess.run(
        [SCRIPT, "--help"], capture_output=True, text=True, check=True, env={"COLUMNS": "50", "NO_COLOR": "1"}
    ).stdout

    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 50


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_may_be_a_typer(group: str) -> None:
    """It has its own commands."""
    assert isinstance(import_module(f"modelgate.cli.{group}").app, Typer)
