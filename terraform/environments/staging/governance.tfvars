evidence_lock      = { mode = "GOVERNANCE", years = 1 }
log_retention_days = 90
