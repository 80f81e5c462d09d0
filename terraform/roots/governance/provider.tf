provider "aws" {
  region = var.region

  # The account guard: a plan with another account's credentials fails before it reads anything.
  allowed_account_ids = [local.account.id]

  dynamic "assume_role" {
    for_each = try(coalesce(var.plan_role, var.deploy_role), null)[*]

    content {
      role_arn     = "arn:${var.partition}:iam::${local.account.id}:role/${assume_role.value}"
      session_name = "modelgate-deploy"
    }
  }

  default_tags {
    tags = {
      environment = var.environment
      managed_by  = "terraform"
      platform    = "modelgate"
      root        = "governance"
    }
  }
}
