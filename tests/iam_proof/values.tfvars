# The platform that the proof looks at: the local environment's values, with everything that policies depend on switched
# on. Content stays, roles have a path, there is a network, a step of the organisation's own, and a second signing key.
alarm_emails             = ["model-risk@example.com"]
deploy_role              = "modelgate/modelgate-local-deploy"
evidence_lock            = { mode = "GOVERNANCE", years = 1 }
image_reader_account_ids = ["555555555555"]
on_destroy               = "refuse"
roles                    = { path = "/modelgate/" }
signing_keys             = ["2026", "2027"]

# Groups whose models write text: one asks models of Bedrock, the other runs them; services score.
generative = {
  bedrock_model_arns = ["arn:aws:bedrock:eu-west-1::foundation-model/smollm2-135m"]
  guardrail_arns     = ["arn:aws:bedrock:eu-west-1:222222222222:guardrail/toxicity"]
  judge_model_arns   = ["arn:aws:bedrock:eu-west-1::foundation-model/judge"]
  hosting            = { image_repository_arns = ["arn:aws:ecr:eu-west-1:222222222222:repository/assistants"] }
  openai_secret_arn  = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:language-models/key-AbCdEf"
}

groups = {
  assistant     = { team = "lending", account = "333333333333", problem_type = "generative", evaluation = "local" }
  hosted        = { team = "lending", account = "333333333333", problem_type = "generative", evaluation = "hosted" }
  claims-triage = { team = "insurance", account = "444444444444", tags = { policy = "credit" } }
  loan-approval = { team = "lending", account = "333333333333", tags = { policy = "credit" } }
  loan-pricing  = { team = "lending", account = "333333333333", tags = { policy = "credit" } }
}

extra_steps = {
  stress-test = {
    image_uri = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/stress@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
    role_arn  = "arn:aws:iam::222222222222:role/acme/stress-test"
  }
}

vpc = {
  security_group_ids = ["sg-1"]
  subnet_ids         = ["subnet-1", "subnet-2"]
}

# The management account's own.
deployers        = []
extra_step_roles = ["acme/stress-test"]
image_publishers = ["platform/modelgate-image"]
operators        = ["platform/on-call"]

# Named people, so that it shows who else is kept out.
break_glass = { principal_arns = ["arn:aws:iam::222222222222:role/incident"] }
reviewers   = { principal_arns = ["arn:aws:iam::222222222222:role/model-risk", "arn:aws:iam::222222222222:role/model-risk-deputy"] }
