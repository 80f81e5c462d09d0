"""An exception from a rule that says no reason; nothing imports it."""

PASSWORD = "not one"  # noqa: S105
