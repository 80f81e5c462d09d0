# The groups under the gate. A team's registration role may put Pending versions into its own groups and read; nothing else.

locals {
  _registry = "arn:${var.account.partition}:sagemaker:${var.account.region}:${var.account.id}"
  group_arn = { for name, group in var.groups : name => "${local._registry}:model-package-group/${name}" }
  versions  = { for name, group in var.groups : name => "${local._registry}:model-package/${name}/*" } # every version

  verdict_metadata = toset([
    "modelgate-decision-id",
    "modelgate-evidence-uri",
    "modelgate-policy-digest",
    "modelgate-verdict",
  ])
}

resource "aws_sagemaker_model_package_group" "team" {
  for_each                        = var.groups
  model_package_group_name        = each.key
  model_package_group_description = "Models of ${each.value.team}; every version is judged by the gate."
  tags                            = merge(each.value.tags, { team = each.value.team })
}

resource "aws_sagemaker_model_package_group_policy" "team" {
  for_each                 = var.groups
  model_package_group_name = aws_sagemaker_model_package_group.team[each.key].model_package_group_name
  resource_policy          = data.aws_iam_policy_document.group[each.key].json
}

data "aws_iam_policy_document" "group" {
  for_each = var.groups

  # The account is the principal, because a policy that names a role which does not exist yet is refused.
  statement {
    sid       = "RegisterPendingOnly"
    actions   = ["sagemaker:CreateModelPackage"]
    resources = [local.group_arn[each.key], local.versions[each.key]]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${each.value.account}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [var.registration_role_arns[each.value.account]]
    }

    # StringEquals does not match when the status is left out: the team must say it.
    condition {
      test     = "StringEquals"
      variable = "sagemaker:ModelApprovalStatus"
      values   = ["PendingManualApproval"]
    }

    # What the gate writes about a verdict may not be there before it: each key must be absent.
    dynamic "condition" {
      for_each = local.verdict_metadata

      content {
        test     = "Null"
        variable = "sagemaker:CustomerMetadataProperties/${condition.value}"
        values   = ["true"]
      }
    }
  }

  statement {
    sid       = "ReadOwnVersions"
    actions   = ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"]
    resources = [local.group_arn[each.key], local.versions[each.key]]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${each.value.account}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [var.registration_role_arns[each.value.account]]
    }
  }

  statement {
    sid       = "ReadOwnGroup"
    actions   = ["sagemaker:DescribeModelPackageGroup"]
    resources = [local.group_arn[each.key]]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${each.value.account}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [var.registration_role_arns[each.value.account]]
    }
  }
}
