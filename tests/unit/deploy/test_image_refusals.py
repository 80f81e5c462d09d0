"""What `make promote` refuses before it asks anybody for a login."""

import pytest

from deploy.image import main


def test_promoting_from_an_unknown_environment_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt FROM must not be told to build an image for it."""
    assert main(["promote", "stagin", "dev"]) == 1
    shown = capsys.readouterr()
    assert shown.err == "error: there is no environment 'stagin'; known are: dev, local, prod, staging\n"
    assert shown.out == ""
