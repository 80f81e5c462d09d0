# Groups under the gate; policies select by tags, problem type and risk tier. Each lending group but approval and pricing
# shows one thing: a custom check, a tier that people decide, verdicts that are only recorded, a policy that compares versions.
# The models of language-assistant write text: they are asked, and have the evaluation of that name.
groups = {
  claims-triage      = { team = "insurance", account = "444444444444", problem_type = "binary", tags = { policy = "credit" } }
  language-assistant = { team = "lending", account = "333333333333", problem_type = "generative", evaluation = "local", tags = { policy = "language" } }
  loan-approval      = { team = "lending", account = "333333333333", problem_type = "binary", tags = { policy = "credit" } }
  loan-costs         = { team = "lending", account = "333333333333", problem_type = "binary", tags = { policy = "credit-costs" } }
  loan-high          = { team = "lending", account = "333333333333", problem_type = "binary", risk_tier = "high", tags = { policy = "credit" } }
  loan-pricing       = { team = "lending", account = "333333333333", problem_type = "binary", tags = { policy = "credit" } }
  loan-shadow        = { team = "lending", account = "333333333333", mode = "shadow", problem_type = "binary", tags = { policy = "credit" } }
  loan-watched       = { team = "lending", account = "333333333333", problem_type = "binary", tags = { policy = "credit-watched" } }
}
