# What must exist before anything else: the account's state bucket and, in governance, the image repository and the keys
# that decisions are signed with, so that image and public keys exist before what pins them. README.md says how the
# bucket holds its own state.

locals {
  account      = { id = var.account_id, partition = var.partition, region = var.region }
  state_bucket = "${var.prefix}-tfstate-${var.account_id}"
  governance   = var.account_id == var.governance_account_id ? toset(["governance"]) : toset([])
}

module "state_bucket" {
  source = "../../modules/state_bucket"

  account = local.account
  name    = local.state_bucket
}

module "image_repository" {
  source   = "../../modules/image_repository"
  for_each = local.governance

  name               = "${var.prefix}-approval"
  on_destroy         = var.on_destroy
  partition          = var.partition
  reader_account_ids = var.image_reader_account_ids
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

module "signing_key" {
  source   = "../../modules/signing_key"
  for_each = length(local.governance) > 0 ? module.names.signing_key_aliases : {}

  account         = local.account
  alias           = each.value
  on_destroy      = var.on_destroy
  signer_role_arn = module.names.role_arns.update
}

# For whoever attaches them to the role that applies; Terraform does not, see docs/deployer.md.
module "deployer_policy" {
  source = "../../modules/deployer_policy"

  account     = local.account
  deploy_role = var.deploy_role
  governs     = length(local.governance) > 0
  prefix      = var.prefix
  role_path   = var.roles.path

  buckets = concat([local.state_bucket], length(local.governance) > 0
    ? [module.names.artifact_store, module.names.evidence_store]
    : [for product in module.names.products : product.bucket if product.account_id == var.account_id]
  )
}
