"""From what was read of registry, evidence store and pipeline to what is not as the gate left it."""
