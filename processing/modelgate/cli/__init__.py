"""The command line, ``modelgate``: policies, packages and decisions on a laptop or in CI; docs/cli.md shows it."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    from modelgate.cli.root import app

    app()
