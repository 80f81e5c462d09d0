# Groups under the gate; policies select by tags, problem type and risk tier. Each lending group below the first three
# shows one thing: verdicts that are only recorded, a tier that people decide, a policy that compares versions.
groups = {
  claims-triage = { team = "insurance", account = "444444444444", problem_type = "binary", tags = { policy = "credit" } }
  loan-approval = { team = "lending", account = "333333333333", problem_type = "binary", tags = { policy = "credit" } }
  loan-high     = { team = "lending", account = "333333333333", problem_type = "binary", risk_tier = "high", tags = { policy = "credit" } }
  loan-pricing  = { team = "lending", account = "333333333333", problem_type = "binary", tags = { policy = "credit" } }
  loan-shadow   = { team = "lending", account = "333333333333", mode = "shadow", problem_type = "binary", tags = { policy = "credit" } }
  loan-watched  = { team = "lending", account = "333333333333", problem_type = "binary", tags = { policy = "credit-watched" } }
}
