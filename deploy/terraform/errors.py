"""What can go wrong between a make target and Terraform."""


class DeployError(Exception):
    """A run was refused or failed; the message says what, where and what to do."""
