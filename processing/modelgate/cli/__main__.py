"""``python -m modelgate.cli``: the command line where its script is not on the PATH."""

from modelgate.cli import main

main()
