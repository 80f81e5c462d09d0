# COMPLIANCE cannot be undone by anybody before the years are over: choose them with your records management.
evidence_lock      = { mode = "COMPLIANCE", years = 7 }
log_retention_days = 365

start_approval = {
  maximum_concurrency        = 10
  maximum_running_executions = 20
}
