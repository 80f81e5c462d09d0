"""Look at everything under the gate on a schedule: tell what is not as it was left, and ask for what was forgotten."""
