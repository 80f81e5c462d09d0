"""python -m local.sagemaker --port N --aws-url URL --state-dir DIR"""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from local.sagemaker import others
from local.sagemaker.interpreter.runtimes import Mode
from local.sagemaker.server import Settings, serving


def _settings(arguments: list[str]) -> Settings:
    parser = argparse.ArgumentParser(prog="python -m local.sagemaker", description="The embedded SageMaker.")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--aws-url", required=True, help="MiniStack: takes the events, knows keys and objects")
    parser.add_argument("--state-dir", type=Path, required=True, help="the journal, and what jobs print")
    parser.add_argument("--runtime", choices=[m.value for m in Mode], default=Mode.AUTO.value)
    parser.add_argument("--processing-quota", type=int, default=8, help="Processing jobs at one time")
    parsed = parser.parse_args(arguments)
    return Settings(
        port=parsed.port,
        aws_url=parsed.aws_url.rstrip("/"),
        state_dir=parsed.state_dir,
        runtime=Mode(parsed.runtime),
        processing_quota=parsed.processing_quota,
        warm=True,
    )


def _forget_developer() -> None:
    """Drop every AWS setting around us: the embedded AWS is all that this process ever talks to."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def main() -> None:
    """Serve until SIGTERM or Ctrl-C, then end every step that still runs."""
    others.check_pin()
    _forget_developer()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = _settings(sys.argv[1:])
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        with serving(settings) as server:
            threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
            stop.wait()
            server.shutdown()
    except OSError as error:
        sys.exit(f"the embedded SageMaker cannot listen on port {settings.port}: {error}; choose another --port")


if __name__ == "__main__":
    main()
