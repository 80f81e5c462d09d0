extra_steps = {
  canary = {
    image_uri = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/canary@sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
    role_arn  = "arn:aws:iam::222222222222:role/canary"
  }
}

generative = {
  bedrock_model_arns = ["arn:aws:bedrock:eu-west-1::foundation-model/smollm2-135m"]
  score              = { instance_count = 4, instance_type = "ml.m5.xlarge", maximum_seconds = 3600, volume_gb = 20 }
}

vpc = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
