"""How a command ends: one exit code for each kind of ending, one sentence on stderr, never a traceback unasked."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from modelgate.cli.printing import complain
from modelgate.cli.trouble import with_advice
from modelgate.contracts.results import Verdict
from modelgate.errors import BindingError, ContentError, InfrastructureError, PinError, PolicyError

EXIT_CODES = (
    "Exit codes: 0 fine, or approve; 1 faults found, or reject; 2 wrong usage; 3 hold, or not all is known; "
    "4 trouble with AWS; 70 a fault of modelgate itself; 130 interrupted."
)


class Exit(IntEnum):
    """Exit codes; scripts rely on them."""

    FINE = 0
    FAULTS = 1
    USAGE = 2
    HOLD = 3
    TROUBLE = 4
    INTERNAL = 70
    INTERRUPTED = 130
    PIPE_CLOSED = 141  # as a shell reports SIGPIPE: whoever read the output had enough


VERDICTS = {Verdict.APPROVE: Exit.FINE, Verdict.REJECT: Exit.FAULTS, Verdict.HOLD: Exit.HOLD}


class GuardedGroup(TyperGroup):
    """A group of commands whose every ending is one of `Exit`."""

    def main(
        self, args: Sequence[str] | None = None, *positional: Any, standalone_mode: bool = True, **extra: Any
    ) -> int:
        """Run, and exit with the code; with ``standalone_mode=False`` return it."""
        extra["standalone_mode"] = False
        run = super().main
        code = guarded(lambda: run(args, *positional, **extra))
        if standalone_mode:
            sys.exit(code)
        return code


def guarded(run: Callable[[], object]) -> int:
    """Call *run*, which gives an exit code or None; whatever it raises becomes a sentence and a code."""
    try:
        code = run()
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    except SystemExit as exit_:
        # typer and rich make an exit of their own of a closed pipe; completion exits too.
        if isinstance(exit_.__context__, BrokenPipeError):
            return _pipe_closed()
        raise
    except (KeyboardInterrupt, typer.Abort):
        code = Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: shown as a sentence, never as an answer
        return _explained(error)
    if code == Exit.INTERRUPTED:
        complain("interrupted")
    return code if isinstance(code, int) else Exit.FINE


def _pipe_closed() -> int:
    # Python would complain once more while it closes the stream.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.PIPE_CLOSED


def _explained(error: Exception) -> int:
    if os.environ.get("MODELGATE_TRACEBACK"):
        traceback.print_exc()
    match error:
        case TyperException():
            return _usage(error)
        case PolicyError() | ContentError():
            complain(str(error))
            return Exit.FAULTS
        case InfrastructureError() | PinError() | BindingError():
            complain(with_advice(error))
            return Exit.TROUBLE
        case OSError():
            complain(f"{error.filename or 'a file'}: {error.strerror or error}")
            return Exit.USAGE
    complain(f"modelgate itself failed ({error!r}); report it with the output under MODELGATE_TRACEBACK=1")
    return Exit.INTERNAL


def _usage(error: TyperException) -> int:
    message, context = error.format_message(), getattr(error, "ctx", None)
    if message:  # without one, the help has been printed instead
        hint = f"; see {context.command_path} --help" if context is not None else ""
        complain(" ".join(message.split()).rstrip(".") + hint)
    return Exit.USAGE
