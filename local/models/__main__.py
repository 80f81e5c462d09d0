"""Serve the language models: python -m local.models --port N [--book FILE]..."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from local.models.books import Books, sample_books
from local.models.ledger import Ledger
from local.models.server import bound
from local.models.shelf import Shelf


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m local.models", description="Serve language models on loopback.")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument(
        "--book", type=Path, action="append", default=[], help="a text to recite, UTF-8; may be repeated"
    )
    given = parser.parse_args()
    for book in given.book:
        if not book.is_file():
            parser.error(f"there is no file {book}")
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        server = bound(given.port, Shelf(Books(given.book, sample_books())), Ledger())
    except OSError as error:
        sys.exit(f"the model server cannot listen on port {given.port}: {error}; choose another --port")
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    sys.stderr.write(f"language models on http://127.0.0.1:{server.server_port}\n")
    stop.wait()
    server.shutdown()


if __name__ == "__main__":
    main()
