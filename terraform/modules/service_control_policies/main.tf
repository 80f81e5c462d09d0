# What no role of governance and no producer may do, however broad its own policies are. Only denials: what somebody may
# do is still up to the policies of their account. The organisation's management account and service-linked roles are
# bound by none of this, and neither are AWS services that act under their own name.

locals {
  _arn      = "${var.account.region}:${var.account.id}"
  _roles    = var.roles
  deployers = sort(var.exempt.deployers)
  operators = sort(setunion(var.exempt.deployers, var.exempt.operators)) # dead letters wait for a person

  # Without white space: the service counts it, and takes 5,120 characters.
  documents = { for name, document in {
    machinery    = data.aws_iam_policy_document.machinery
    registration = data.aws_iam_policy_document.registration
    registry     = data.aws_iam_policy_document.registry
    roles        = data.aws_iam_policy_document.roles
    stores       = data.aws_iam_policy_document.stores
  } : name => jsonencode(jsondecode(document.json)) }

  # Four of the five that a target takes; the fifth is AWS's own FullAWSAccess.
  governance = {
    machinery = "Functions, queues, rules and alarms of the gate are changed by its deployer only."
    registry  = "Only the gate changes model packages, only its trigger starts it, and only its build pushes its image."
    roles     = "Nobody passes, wears or edits the roles of the gate."
    stores    = "Evidence, decisions, claims and keys have the writers that the gate gives them."
  }
  products = {
    registration = "Models are registered as pending, and nothing else is done to governance's registry."
  }
}

resource "aws_organizations_policy" "governance" {
  for_each    = local.governance
  name        = "${var.prefix}-${each.key}"
  description = each.value
  type        = "SERVICE_CONTROL_POLICY"
  content     = local.documents[each.key]
}

resource "aws_organizations_policy" "products" {
  for_each    = local.products
  name        = "${var.prefix}-${each.key}"
  description = each.value
  type        = "SERVICE_CONTROL_POLICY"
  content     = local.documents[each.key]
}

resource "aws_organizations_policy_attachment" "governance" {
  for_each  = { for pair in setproduct(keys(local.governance), var.targets.governance) : join("/", pair) => { policy = pair[0], target = pair[1] } }
  policy_id = aws_organizations_policy.governance[each.value.policy].id
  target_id = each.value.target
}

resource "aws_organizations_policy_attachment" "products" {
  for_each  = { for pair in setproduct(keys(local.products), var.targets.products) : join("/", pair) => { policy = pair[0], target = pair[1] } }
  policy_id = aws_organizations_policy.products[each.value.policy].id
  target_id = each.value.target
}
