"""
The embedded AWS: several accounts on loopback, for development, tests and the demo.

Nothing in the product imports it. `local/README.md` says what it does not imitate.
"""
