# Models that are run for their evaluation, in SageMaker's own network.
generative = {
  hosting = { image_repository_arns = ["arn:aws:ecr:eu-west-1:333333333333:repository/assistants"] }
  score   = { instance_count = 3, instance_type = "ml.m5.xlarge", maximum_seconds = 3600, volume_gb = 20 }
}
