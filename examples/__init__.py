"""Product teams that use the gate; never imported by it."""
