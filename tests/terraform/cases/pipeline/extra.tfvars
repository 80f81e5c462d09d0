extra_steps = {
  canary = {
    image_uri = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/canary@sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
    role_arn  = "arn:aws:iam::222222222222:role/canary"
  }
  stress-test = {
    arguments     = ["--severity", "2008"]
    entrypoint    = ["python3", "/stress.py"]
    image_uri     = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/stress@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
    instance_type = "ml.m5.large"
    role_arn      = "arn:aws:iam::222222222222:role/stress-test"
  }
}
