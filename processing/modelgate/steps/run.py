"""Running a step as a process: exit code, and the exit message that SageMaker shows."""

import sys
import traceback
from collections.abc import Callable

from modelgate.errors import InfrastructureError, ModelgateError
from modelgate.steps.arguments import ml_root

MESSAGE_BYTES = 1024  # SageMaker reads that much of output/message, as UTF-8

DECIDED, REFUSED, CRASHED, TRY_AGAIN = 0, 1, 70, 75  # the last two as in sysexits.h


def run(step: Callable[[], str]) -> int:
    """Run *step*, which returns its exit message; a verdict of any kind is success.

    Trouble never becomes a verdict: it ends in a non-zero code, one sentence, and a package that stays pending.
    """
    try:
        code, message = DECIDED, step()
    except InfrastructureError as error:
        code, message = TRY_AGAIN, str(error)
    except ModelgateError as error:
        code, message = REFUSED, str(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: reported in full, never decided
        traceback.print_exc()
        code, message = CRASHED, f"the step itself failed ({error!r}); nothing was decided"
    sys.stderr.write(_printable(message) + "\n")
    _write_message(message)
    return code


def _write_message(message: str) -> None:
    try:
        path = ml_root() / "output" / "message"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_printable(message).encode()[:MESSAGE_BYTES].decode("utf-8", "ignore").encode())
    except OSError as error:  # never hides the real outcome
        sys.stderr.write(f"the exit message could not be written: {error}\n")


def _printable(message: str) -> str:
    """One line, whatever names a report holds."""
    return "".join(c if c.isprintable() else " " for c in message)
