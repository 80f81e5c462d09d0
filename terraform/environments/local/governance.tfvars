evidence_lock = { mode = "GOVERNANCE", years = 1 }

# Seconds instead of minutes: a demo is watched by a person.
copy_artifacts = {
  maximum_concurrency        = 4
  maximum_receives           = 3
  timeout_seconds            = 30
  visibility_timeout_seconds = 30
}

start_approval = {
  maximum_concurrency        = 4
  maximum_receives           = 3
  maximum_running_executions = 4
  retry_seconds              = 1
  timeout_seconds            = 15
  visibility_timeout_seconds = 15
  wait_seconds               = 6
}

# An approval that nothing proves is set back, and judged again.
audit = { unproved_approvals = "revert" }

# Whoever has governance's keys may review here; in a real account, name the roles of model risk.
reviewers = { principal_arns = ["arn:aws:iam::222222222222:root"] }

# The same here; the embedded AWS asks for no second factor.
break_glass = { principal_arns = ["arn:aws:iam::222222222222:root"] }

# Two hosts, so that answers are divided. The embedded Bedrock asks nobody for the right to ask a model.
generative = {
  bedrock_model_arns = [
    "arn:aws:bedrock:eu-west-1::foundation-model/ngram-modelgate-works",
    "arn:aws:bedrock:eu-west-1::foundation-model/smollm2-135m-instruct",
  ]
  score = { instance_count = 2 }
}
