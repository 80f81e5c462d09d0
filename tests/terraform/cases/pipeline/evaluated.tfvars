# Models that are run for their evaluation, in SageMaker's own network, and a server that wants a key.
generative = {
  hosting           = { image_repository_arns = ["arn:aws:ecr:eu-west-1:333333333333:repository/assistants"] }
  openai_secret_arn = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:key-AbCdEf"
  score             = { instance_count = 3, instance_type = "ml.m5.xlarge", maximum_seconds = 3600, volume_gb = 20 }
}
