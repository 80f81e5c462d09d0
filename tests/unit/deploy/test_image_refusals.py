"""What `make promote` refuses before it asks anybody for a login."""

import pytest

from deploy.image import main


def test_promoting_from_an_unknown_environment_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt FROM must not be told to build an image for it."""
    assert main(["promote", "stagin", "dev"]) == 1
    shown = capsys.readouterr()
    assert shown.err == "error: there is no environment 'stagin'; known are: dev, local, prod, staging\n"
    assert shown.out == ""


def test_building_without_credentials_names_the_account_to_log_in_to(
    capsys: pytest.CaptureFixture[str], no_credentials: None
) -> None:
    """Before an engine is looked for."""
    assert main(["build", "dev"]) == 1
    assert capsys.readouterr().err == (
        "error: the shell has no AWS credentials; "
        "log in to the governance account of dev, 111111111101, and try again\n"
    )
