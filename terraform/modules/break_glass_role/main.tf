# The role that decides past the gate in an emergency. It can record why, and then change a package's status; whoever wears
# it has shown a second factor, and every use rings (alarms.tf). That there are two people is up to the procedure.

locals {
  _arn      = "${var.account.region}:${var.account.id}"
  _evidence = "arn:${var.account.partition}:s3:::${var.evidence_store.bucket}"
  _keys     = "arn:${var.account.partition}:kms:${local._arn}:key/*" # narrowed by alias

  role_arn = "arn:${var.account.partition}:iam::${var.account.id}:role${var.roles.path}${var.name}"

  # Versions of the groups under the gate, and of no other group.
  package_arns = [for group in var.groups : "arn:${var.account.partition}:sagemaker:${local._arn}:model-package/${group}/*"]
}

resource "aws_iam_role" "break_glass" {
  name                 = var.name
  description          = "Changes a package's status past the gate in an emergency; every use raises an alarm."
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  max_session_duration = 3600 # seconds, the shortest there is: an emergency ends
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "break_glass" {
  name   = "break-glass"
  role   = aws_iam_role.break_glass.name
  policy = data.aws_iam_policy_document.break_glass.json
}

# A missing key does not match: who signs in without a second factor is refused.
data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "NamedPeopleWithASecondFactor"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = sort(var.principal_arns)
    }

    condition {
      test     = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["true"]
    }
  }
}

data "aws_iam_policy_document" "break_glass" {
  # group / version / id of the record
  statement {
    sid       = "RecordWhyFirst"
    actions   = ["s3:PutObject"]
    resources = ["${local._evidence}/break-glass/*"] # whatever package it is about
  }

  statement {
    sid     = "ReadWhatWasDecided"
    actions = ["s3:GetObject", "s3:GetObjectVersion"]
    # Whole folders: what the emergency is about is known only then.
    resources = [for folder in var.evidence_store.readable_folders : "${local._evidence}/${folder}/*"]
  }

  statement {
    sid       = "FindDecisions"
    actions   = ["s3:ListBucket"]
    resources = [local._evidence]
  }

  statement {
    sid       = "ReadAndWriteEncrypted"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [var.evidence_store.key_alias]
    }
  }

  statement {
    sid       = "ChangeTheStatusOfPackagesUnderTheGate"
    actions   = ["sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage"]
    resources = local.package_arns
  }
}
