extra_steps = {
  ks = {
    entrypoint = ["python3", "-m", "credit_checks.ks_step"]
    image_uri  = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/gate-approval@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    role_arn   = "arn:aws:iam::222222222222:role/gate-ks"
  }
}
