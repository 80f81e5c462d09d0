"""Readers of evidence: bytes nobody vouches for become facts, or are refused with the place and the reason."""
