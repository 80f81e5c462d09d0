# Groups under the gate; policies select by tags.
groups = {
  claims-triage = { team = "insurance", account = "111111111103", tags = { policy = "credit" } }
  loan-approval = { team = "lending", account = "111111111102", tags = { policy = "credit" } }
  loan-pricing  = { team = "lending", account = "111111111102", tags = { policy = "credit" } }
}
