"""The gate's domain: what is read, how it is judged, and what is recorded."""

__version__ = "0.1.0"
