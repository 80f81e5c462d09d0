# Groups under the gate; policies select by tags.
groups = {
  claims-triage = { team = "insurance", account = "111111111203", tags = { policy = "credit" } }
  loan-approval = { team = "lending", account = "111111111202", tags = { policy = "credit" } }
  loan-pricing  = { team = "lending", account = "111111111202", tags = { policy = "credit" } }
}
