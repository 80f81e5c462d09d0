# deploy/ makes the bare bucket, because this root's own state goes into it; from then on Terraform owns it.
import {
  to = module.state_bucket.aws_s3_bucket.state
  id = local.state_bucket
}
