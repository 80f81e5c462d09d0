# No group has its models asked.
generative = null

groups = {
  loan-approval = { team = "lending", account = "333333333333", problem_type = "binary", tags = { policy = "credit" } }
}
