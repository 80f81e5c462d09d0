"""Reads a pipeline definition and runs its steps."""
