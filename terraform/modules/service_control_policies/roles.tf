# The roles of the gate. Whoever passes one to a job of their own, wears it, or edits its policies has what it may do.

locals {
  # Worn by services only. People wear the reviewer's and the break-glass role, as far as these trust them.
  passed_roles  = [for role in ["audit", "check", "collect", "copy_artifacts", "pipeline", "score", "start_approval", "update"] : local._roles[role]]
  service_roles = concat(local.passed_roles, [local._roles.evaluated])
}

data "aws_iam_policy_document" "roles" {
  statement {
    sid       = "OnlyThePipelinePassesTheRolesOfTheGate"
    effect    = "Deny"
    actions   = ["iam:PassRole"]
    resources = concat(local.passed_roles, sort(var.exempt.extra_steps))

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = concat(local.deployers, [local._roles.pipeline])
    }
  }

  # A service that assumes a role is not bound by this policy.
  statement {
    sid       = "NobodyWearsTheRolesOfTheGate"
    effect    = "Deny"
    actions   = ["sts:AssumeRole"]
    resources = local.service_roles
  }

  # The deployer's own role too: its trust decides who the deployer is.
  statement {
    sid    = "OnlyTheDeployerEditsTheRolesOfTheGate"
    effect = "Deny"
    actions = [ # what writes a role or its policies; reading stays free
      "iam:Attach*",
      "iam:Create*",
      "iam:Delete*",
      "iam:Detach*",
      "iam:Put*",
      "iam:Tag*",
      "iam:Untag*",
      "iam:Update*",
    ]
    resources = concat(values(local._roles), sort(setunion(var.exempt.deployers, var.exempt.extra_steps, var.exempt.image_publishers, var.exempt.operators)))

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }

  # Whoever can speak for an identity provider can be everybody whom a role trusts by it.
  statement {
    sid       = "OnlyTheDeployerChangesIdentityProviders"
    effect    = "Deny"
    actions   = ["iam:Add*Provider", "iam:Create*Provider", "iam:Delete*Provider", "iam:Remove*Provider", "iam:Update*Provider*"] # OpenID Connect and SAML
    resources = ["*"]                                                                                                             # whatever the provider is called

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }
}
