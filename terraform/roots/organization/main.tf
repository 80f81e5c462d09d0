# The management account: service control policies over the accounts of one environment. Like bootstrap, it adopts the
# bare bucket that deploy/ makes for its own state.

locals {
  account      = { id = var.management_account_id, partition = var.partition, region = var.region }
  state_bucket = "${var.prefix}-tfstate-${var.management_account_id}"

  _role = "arn:${var.partition}:iam::${var.governance_account_id}:role/"
}

module "names" {
  source = "../../modules/names"

  deployer_roles        = concat(var.deploy_role[*], tolist(var.deployers))
  governance_account_id = var.governance_account_id
  partition             = var.partition
  prefix                = var.prefix
  products              = var.products
  region                = var.region
  role_path             = var.roles.path
  signing_keys          = var.signing_keys
}

module "state_bucket" {
  source = "../../modules/state_bucket"

  account = local.account
  name    = local.state_bucket
}

module "service_control_policies" {
  source = "../../modules/service_control_policies"

  account   = { id = var.governance_account_id, partition = var.partition, region = var.region }
  pipelines = [module.names.role_names.pipeline, module.names.generative_pipeline]
  prefix    = var.prefix
  roles     = module.names.role_arns

  buckets = {
    artifacts = module.names.artifact_store
    evidence  = module.names.evidence_store
    state     = "${var.prefix}-tfstate-${var.governance_account_id}"
  }

  exempt = {
    deployers        = module.names.deployer_role_arns
    extra_steps      = [for name in var.extra_step_roles : "${local._role}${name}"]
    image_publishers = [for name in var.image_publishers : "${local._role}${name}"]
    operators        = [for name in var.operators : "${local._role}${name}"]
  }

  targets = {
    governance = coalesce(var.targets.governance, [var.governance_account_id])
    products   = coalesce(var.targets.products, [for product in var.products : product.account_id])
  }
}
