"""Adapters: the only code of the gate that calls AWS. Clients are passed in as arguments."""
