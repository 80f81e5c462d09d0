# Governance's own copies of what producers uploaded, what Terraform pinned, and what the checks found.
# Nothing here expires: a decision names versions of these objects, and an auditor may read them years later.

locals {
  bucket_arn   = "arn:${var.account.partition}:s3:::${var.name}"
  written_once = [for folder in sort(var.written_once) : "${local.bucket_arn}/${folder}/*"] # whatever is written there
}

resource "aws_s3_bucket" "artifacts" {
  bucket        = var.name
  force_destroy = var.on_destroy == "empty"
}

resource "aws_s3_bucket_versioning" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      kms_master_key_id = aws_kms_key.artifacts.arn
      sse_algorithm     = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "artifacts" {
  bucket                  = aws_s3_bucket.artifacts.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

# Parts of an interrupted copy are no evidence, only cost. This is the only thing that is ever removed.
resource "aws_s3_bucket_lifecycle_configuration" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id

  rule {
    id     = "interrupted-copies"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

# "Object Created" tells start_approval that evidence a package waits for has arrived.
resource "aws_s3_bucket_notification" "artifacts" {
  bucket      = aws_s3_bucket.artifacts.id
  eventbridge = true
}

resource "aws_kms_key" "artifacts" {
  description             = "Objects of the artifact store ${var.name}, and the pipeline's volumes and outputs"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "artifacts" {
  name          = var.key_alias
  target_key_id = aws_kms_key.artifacts.key_id
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "PoliciesOfThisAccountDecide"
    actions   = ["kms:*"] # the account's own IAM policies narrow it; without this nobody could manage the key
    resources = ["*"]     # in a key policy "*" is this key

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${var.account.id}:root"]
    }
  }
}

resource "aws_s3_bucket_policy" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id
  policy = data.aws_iam_policy_document.bucket.json
}

data "aws_iam_policy_document" "bucket" {
  statement {
    sid       = "TransportIsEncrypted"
    effect    = "Deny"
    actions   = ["s3:*"] # every action: none may travel in clear text
    resources = [local.bucket_arn, "${local.bucket_arn}/*"]

    principals {
      type        = "*" # everybody is denied, whoever they are
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  # What lies in a folder is worth what its writers are worth: a result that somebody else laid there could approve a
  # model. The account's root user is left out, because it may change this policy anyway.
  dynamic "statement" {
    for_each = var.writers

    content {
      sid       = "WritersOf${replace(title(statement.key), "/[^a-zA-Z0-9]+/", "")}"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = ["${local.bucket_arn}/${statement.key}/*"] # everything in the folder

      principals {
        type        = "*" # everybody else is denied, whoever they are
        identifiers = ["*"]
      }

      condition {
        test     = "ArnNotEquals"
        variable = "aws:PrincipalArn"
        values   = concat(sort(statement.value), ["arn:${var.account.partition}:iam::${var.account.id}:root"])
      }
    }
  }

  # A verdict rests on the latest version there, which a PutObject without If-None-Match could lay over an earlier one.
  dynamic "statement" {
    for_each = length(local.written_once) > 0 ? ["once"] : []

    content {
      sid       = "NamesAreWrittenOnce"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = local.written_once

      principals {
        type        = "*" # everybody is denied, the folder's own writers too
        identifiers = ["*"]
      }

      condition {
        test     = "Null"
        variable = "s3:if-none-match"
        values   = ["true"]
      }

      # Parts of a multipart upload cannot carry the header; completing it must.
      condition {
        test     = "Bool"
        variable = "s3:ObjectCreationOperation"
        values   = ["true"]
      }
    }
  }

  # Below a delete marker a name is free again: whoever may write there must not lay one.
  dynamic "statement" {
    for_each = length(local.written_once) > 0 ? ["once"] : []

    content {
      sid       = "WritersFreeNoName"
      effect    = "Deny"
      actions   = ["s3:DeleteObject"]
      resources = local.written_once

      principals {
        type        = "*" # narrowed to the writers by the condition
        identifiers = ["*"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = sort(distinct(flatten([for folder in var.written_once : tolist(var.writers[folder])])))
      }
    }
  }

  # Where content must stay, not even an administrator of the account removes a version.
  dynamic "statement" {
    for_each = var.on_destroy == "refuse" ? ["stay"] : []

    content {
      sid       = "VersionsAreNeverDeleted"
      effect    = "Deny"
      actions   = ["s3:DeleteObjectVersion"]
      resources = ["${local.bucket_arn}/*"] # every object

      principals {
        type        = "*" # everybody is denied, whoever they are
        identifiers = ["*"]
      }
    }
  }
}
