"""`python -m tests.iam_proof`: plan every root, prove what the policies say, print the counts."""

import sys
import tempfile
from pathlib import Path

from tests.iam_proof.node import prove
from tests.iam_proof.plans import write_plans


def main() -> int:
    """Print what the proof says; 1 if a policy does not say what it must."""
    with tempfile.TemporaryDirectory(prefix="modelgate-proof-") as folder:
        outcome = prove(write_plans(Path(folder)))
    sys.stdout.write(outcome.stdout)
    sys.stderr.write(outcome.stderr)
    return outcome.returncode


if __name__ == "__main__":
    sys.exit(main())
