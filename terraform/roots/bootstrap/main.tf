# What must exist before anything else: the account's state bucket and, in governance, the image repository,
# so that an image can exist before what pins it. README.md says how the bucket holds its own state.

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
