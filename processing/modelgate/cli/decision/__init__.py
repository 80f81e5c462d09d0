"""Recorded decisions, for a person to read and for a script."""
