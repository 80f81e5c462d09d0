# Groups under the gate; policies select by tags.
groups = {
  claims-triage = { team = "insurance", account = "444444444444", tags = { policy = "credit" } }
  loan-approval = { team = "lending", account = "333333333333", tags = { policy = "credit" } }
  loan-pricing  = { team = "lending", account = "333333333333", tags = { policy = "credit" } }
}
