# One product account. Everything it names in governance is built from names, so either can be applied first.

locals {
  account = { id = local.product.account_id, partition = var.partition, region = var.region }
  product = module.names.products[var.product]
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

module "alarm_topic" {
  source = "../../modules/alarm_topic"

  account = local.account
  emails  = var.alarm_emails
  name    = "${var.prefix}-alarms"
}

module "product_account" {
  source = "../../modules/product_account"

  account           = local.account
  alarm_topic_arn   = module.alarm_topic.arn
  forwarding        = "${var.prefix}-forward-artifacts"
  groups            = [for name, group in var.groups : name if group.account == local.product.account_id]
  registration_role = "${var.prefix}-registration"
  roles             = var.roles

  bucket = {
    key_alias  = local.product.key_alias
    name       = local.product.bucket
    on_destroy = var.on_destroy
  }

  governance = {
    account_id      = var.governance_account_id
    bus_arn         = module.names.bus_arn
    copier_role_arn = module.names.copier_role_arn
  }
}
