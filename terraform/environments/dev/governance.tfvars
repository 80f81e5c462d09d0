# Locked for the shortest time there is, and a named permission can lift it: nobody relies on a decision made in dev.
evidence_lock      = { mode = "GOVERNANCE", years = 1 }
log_level          = "DEBUG"
log_retention_days = 14
