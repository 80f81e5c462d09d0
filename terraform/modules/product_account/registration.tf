# The role a team's build assumes: upload evidence, register Pending versions in the team's own groups, read them.

locals {
  _registry    = "arn:${var.account.partition}:sagemaker:${var.account.region}:${var.governance.account_id}"
  group_arns   = [for group in var.groups : "${local._registry}:model-package-group/${group}"]
  version_arns = [for group in var.groups : "${local._registry}:model-package/${group}/*"] # every version
}

resource "aws_iam_role" "registration" {
  name                 = var.registration_role
  description          = "Uploads evidence and registers model versions as PendingManualApproval."
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.registration_trust.json
}

resource "aws_iam_role_policy" "registration" {
  name   = "register"
  role   = aws_iam_role.registration.name
  policy = data.aws_iam_policy_document.registration.json
}

data "aws_iam_policy_document" "registration_trust" {
  statement {
    sid     = "PoliciesOfThisAccountDecideWhoRegisters"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${var.account.id}:root"]
    }
  }
}

data "aws_iam_policy_document" "registration" {
  statement {
    sid       = "UploadAndReadEvidence"
    actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = ["${local.bucket_arn}/*"] # every object: the bucket holds nothing but evidence
  }

  statement {
    sid       = "ListEvidence"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [local.bucket_arn]
  }

  statement {
    sid       = "EncryptEvidence"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["arn:${var.account.partition}:kms:${local._arn}:key/*"] # narrowed by alias

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [var.bucket.key_alias]
    }
  }

  # A product without groups yet has no such statements: a statement without resources is refused.
  dynamic "statement" {
    for_each = length(var.groups) > 0 ? ["groups"] : []

    content {
      sid       = "RegisterPendingOnly"
      actions   = ["sagemaker:CreateModelPackage"]
      resources = concat(local.group_arns, local.version_arns)

      condition {
        test     = "StringEquals"
        variable = "sagemaker:ModelApprovalStatus"
        values   = ["PendingManualApproval"]
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.groups) > 0 ? ["groups"] : []

    content {
      sid       = "ReadOwnGroupsAndVersions"
      actions   = ["sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup", "sagemaker:ListModelPackages"]
      resources = concat(local.group_arns, local.version_arns)
    }
  }
}
