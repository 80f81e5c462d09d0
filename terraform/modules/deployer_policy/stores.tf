# Buckets, keys and tables as such; of what is in them only Terraform's state and the pinned documents.

locals {
  state_objects = ["${local._state}/*.tfstate", "${local._state}/*.tfstate.tflock"]                                               # one a root
  pinned        = "${local._bucket}${var.prefix}-artifacts-${var.account.id}/pinned/*"                                            # gate document, bundle, public keys
  key_aliases   = "arn:${var.account.partition}:kms:${local._arn}:alias/${local._named}"                                          # of every key of the platform
  written_with  = concat(["alias/${var.prefix}-tfstate-${var.account.id}"], var.governs ? ["alias/${var.prefix}-artifacts"] : []) # state, and what is pinned
}

data "aws_iam_policy_document" "stores" {
  statement {
    sid = "SetBucketsUp"
    actions = concat(var.governs ? ["s3:PutBucketObjectLockConfiguration"] : [], [
      "s3:CreateBucket",
      "s3:DeleteBucketPolicy",
      "s3:GetAccelerateConfiguration",
      "s3:GetBucket*", # every setting: the provider reads them all
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
      "s3:PutBucketNotification",
      "s3:PutBucketOwnershipControls",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketTagging",
      "s3:PutBucketVersioning",
      "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
    ])
    resources = local.buckets
  }

  statement {
    sid       = "KeepTheState"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = local.state_objects
  }

  statement {
    sid       = "LetGoOfTheLock"
    actions   = ["s3:DeleteObject"]
    resources = ["${local._state}/*.tfstate.tflock"] # one a root
  }

  dynamic "statement" {
    for_each = var.governs ? ["pinned"] : []

    content {
      sid       = "PinWhatDecidesVerdicts"
      actions   = ["s3:GetObject", "s3:GetObjectTagging", "s3:PutObject", "s3:PutObjectTagging"]
      resources = [local.pinned]
    }
  }

  statement {
    sid       = "ReadAndWriteThemEncrypted"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = local.written_with
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.account.region}.amazonaws.com"]
    }
  }

  # A key has no name before it has an alias; every resource of the platform carries this tag from the start.
  statement {
    sid       = "MakeKeys"
    actions   = ["kms:CreateKey", "kms:TagResource"]
    resources = ["*"] # a key's id is not known before

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/platform"
      values   = ["modelgate"]
    }
  }

  statement {
    sid = "ManageKeys"
    actions = [
      "kms:CreateAlias",
      "kms:DescribeKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:GetPublicKey",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:UntagResource",
      "kms:UpdateKeyDescription",
    ]
    resources = [local._keys]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/platform"
      values   = ["modelgate"]
    }
  }

  statement {
    sid       = "NameKeys"
    actions   = ["kms:CreateAlias"]
    resources = [local.key_aliases]
  }

  dynamic "statement" {
    for_each = var.governs ? ["claims"] : []

    content {
      sid = "SetTheClaimsUp"
      actions = [
        "dynamodb:CreateTable",
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource",
        "dynamodb:TagResource",
        "dynamodb:UntagResource",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable",
        "dynamodb:UpdateTimeToLive",
      ]
      resources = ["arn:${var.account.partition}:dynamodb:${local._arn}:table/${var.prefix}-claims"]
    }
  }
}
