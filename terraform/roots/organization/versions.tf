terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # Bucket, key and region are written by deploy/, from this environment's values.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}
