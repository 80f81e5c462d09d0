# Names that two roots must agree on. Each builds them here, so none needs another's outputs, every ARN is known at plan,
# and the order of applying governance and products does not matter.

locals {
  _governance_roles = "arn:${var.partition}:iam::${var.governance_account_id}:role${var.role_path}"

  bus    = "${var.prefix}-artifacts"
  copier = "${var.prefix}-copy-artifacts"

  # The control's own roles, by what they are. The pipelines' role has the name of the first pipeline.
  role_names = {
    audit          = "${var.prefix}-audit"
    break_glass    = "${var.prefix}-break-glass"
    check          = "${var.prefix}-check"
    collect        = "${var.prefix}-collect"
    copy_artifacts = local.copier
    evaluated      = "${var.prefix}-evaluated-model"
    pipeline       = "${var.prefix}-approval"
    reviewer       = "${var.prefix}-reviewer"
    score          = "${var.prefix}-score"
    start_approval = "${var.prefix}-start-approval"
    update         = "${var.prefix}-update"
  }

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
