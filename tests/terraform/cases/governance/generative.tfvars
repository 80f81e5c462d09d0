# Models that write text: one group asks models of Bedrock, another has its models run for their evaluation.
generative = {
  bedrock_model_arns    = ["arn:aws:bedrock:eu-west-1::foundation-model/smollm2-135m"]
  guardrail_arns        = ["arn:aws:bedrock:eu-west-1:222222222222:guardrail/toxicity"]
  hosting               = { image_repository_arns = ["arn:aws:ecr:eu-west-1:333333333333:repository/assistants"] }
  judge_model_arns      = ["arn:aws:bedrock:eu-west-1::foundation-model/judge"]
  openai_secret_arn     = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:language-models/key-AbCdEf"
  openai_secret_key_arn = "arn:aws:kms:eu-west-1:222222222222:key/55555555-6666-7777-8888-999999999999"
  score                 = { instance_count = 3 }
}

groups = {
  assistant     = { team = "lending", account = "333333333333", problem_type = "generative", evaluation = "local" }
  hosted        = { team = "lending", account = "333333333333", problem_type = "generative", evaluation = "hosted" }
  loan-approval = { team = "insurance", account = "444444444444", problem_type = "binary", tags = { policy = "credit" } }
}
