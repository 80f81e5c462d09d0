"""Policy tests: cases become real reports, these are read by the gate's own readers, and the engine judges them.

Here, because it needs everything: files of cases (pydantic), readers, and the engine that the steps use.
"""
