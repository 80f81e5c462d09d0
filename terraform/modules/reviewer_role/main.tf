# The role of people who review held packages. It writes reviews, each under the name of the session that wrote it, and
# can ask for another run; what becomes of a review is up to the pipeline.

locals {
  _arn      = "${var.account.region}:${var.account.id}"
  _evidence = "arn:${var.account.partition}:s3:::${var.evidence_store.bucket}"
  _keys     = "arn:${var.account.partition}:kms:${local._arn}:key/*" # narrowed by alias

  role_arn = "arn:${var.account.partition}:iam::${var.account.id}:role${var.roles.path}${var.name}"

  # Versions of the groups under the gate, and of no other group.
  package_arns = [for group in var.groups : "arn:${var.account.partition}:sagemaker:${local._arn}:model-package/${group}/*"]
}

resource "aws_iam_role" "reviewer" {
  name                 = var.name
  description          = "Reviews held packages and asks for another run; can neither judge nor change a status."
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "reviewer" {
  name   = "review"
  role   = aws_iam_role.reviewer.name
  policy = data.aws_iam_policy_document.reviewer.json
}

# The session's name becomes the reviewer's name: it must be set by an identity provider, or be a user's own.
data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "ReviewersOfTheOrganisation"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = sort(var.principal_arns)
    }
  }
}

data "aws_iam_policy_document" "reviewer" {
  # group / version / execution of the held decision / the writing session's own id
  statement {
    sid       = "ReviewUnderOnesOwnName"
    actions   = ["s3:PutObject"]
    resources = ["${local._evidence}/reviews/*/*/*/&{aws:userid}.json"]
  }

  statement {
    sid     = "ReadDecisionsAndWhatTheyRestOn"
    actions = ["s3:GetObject", "s3:GetObjectVersion"]
    # Whole folders: what there is to review is decided at run time.
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
    sid       = "DescribePackagesUnderTheGate"
    actions   = ["sagemaker:DescribeModelPackage"]
    resources = local.package_arns
  }

  statement {
    sid       = "AskForAnotherRun"
    actions   = ["sqs:GetQueueUrl", "sqs:SendMessage"]
    resources = [var.queue_arn]
  }
}
