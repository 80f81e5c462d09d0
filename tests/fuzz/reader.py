"""Fuzz one reader: any bytes give a value or its one error. Run by `tests.fuzz`, one process a reader."""

import sys

import atheris

with atheris.instrument_imports(include=["modelgate", "json"]):
    from tests.unit.contracts.readers import READERS


def main() -> None:
    """``reader.py NAME`` and libFuzzer's own arguments."""
    reader = READERS[sys.argv[1]]

    def read(data: bytes) -> None:
        try:
            reader.read(data)
        except reader.error:
            return

    atheris.Setup([sys.argv[0], *sys.argv[2:]], read)
    atheris.Fuzz()


main()
