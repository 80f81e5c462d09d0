# Names that two accounts must agree on. Both roots build them here, so neither needs the other's outputs,
# every ARN is known at plan, and the order of applying governance and products does not matter.

locals {
  _governance_roles = "arn:${var.partition}:iam::${var.governance_account_id}:role${var.role_path}${var.prefix}"

  bus        = "${var.prefix}-artifacts"
  copier     = "${var.prefix}-copy-artifacts"
  copier_arn = "${local._governance_roles}-copy-artifacts"

  products = {
    for name, product in var.products : name => {
      account_id            = product.account_id
      bucket                = "${var.prefix}-${name}-${product.account_id}"
      forwarder_role_arn    = "arn:${var.partition}:iam::${product.account_id}:role${var.role_path}${var.prefix}-forward-artifacts"
      key_alias             = "alias/${var.prefix}-${name}"
      registration_role_arn = "arn:${var.partition}:iam::${product.account_id}:role${var.role_path}${var.prefix}-registration"
    }
  }
}
