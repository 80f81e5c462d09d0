"""Custom checks and an extra step on models that grant credit; docs/custom-checks.md explains both."""
