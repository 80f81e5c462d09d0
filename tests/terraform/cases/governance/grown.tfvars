# A platform in the middle of things: a bundle that has reached one group, a canary, a step of the organisation's own, no reviewers, no emergencies.
audit = {
  canaries           = ["arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/7"]
  unproved_approvals = "revert"
}

policy_rollout = { bundle_path = "../../policy-bundle.json", groups = ["loan-pricing"] }
break_glass    = null
reviewers      = null

extra_steps = {
  stress-test = {
    image_uri = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/stress@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
    role_arn  = "arn:aws:iam::222222222222:role/stress-test"
  }
}
