# Decision records, what they rest on, what people say of them, and what was approved past the gate or before it. Written once under a name that is never used again,
# and locked for as long as the values say.

locals {
  bucket_arn = "arn:${var.account.partition}:s3:::${var.name}"
  root_arn   = "arn:${var.account.partition}:iam::${var.account.id}:root"                         # may change the bucket's policy anyway
  folder     = { for name in keys(var.folder_writers) : name => "${local.bucket_arn}/${name}/*" } # whatever is written there
}

resource "aws_s3_bucket" "evidence" {
  bucket        = var.name
  force_destroy = var.on_destroy == "empty"

  # Only a new bucket can have it.
  object_lock_enabled = true
}

resource "aws_s3_bucket_versioning" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      kms_master_key_id = aws_kms_key.evidence.arn
      sse_algorithm     = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "evidence" {
  bucket                  = aws_s3_bucket.evidence.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "evidence" {
  bucket = aws_s3_bucket_versioning.evidence.id

  rule {
    default_retention {
      mode  = var.lock.mode
      years = var.lock.years
    }
  }
}

# "Object Created" tells start_approval that somebody has reviewed a held package.
resource "aws_s3_bucket_notification" "evidence" {
  bucket      = aws_s3_bucket.evidence.id
  eventbridge = true
}

resource "aws_kms_key" "evidence" {
  description             = "Decision records in ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "evidence" {
  name          = var.key_alias
  target_key_id = aws_kms_key.evidence.key_id
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

resource "aws_s3_bucket_policy" "evidence" {
  bucket = aws_s3_bucket.evidence.id
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

  # A name is written once: a PutObject without If-None-Match could lay a second version over a decision.
  statement {
    sid       = "NamesAreWrittenOnce"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["${local.bucket_arn}/*"] # every object

    principals {
      type        = "*" # everybody is denied, whoever they are
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

  # Whoever writes a record first has decided, and what is noted as approved is what later versions are compared with.
  statement {
    sid           = "OneWriterDecides"
    effect        = "Deny"
    actions       = ["s3:PutObject"]
    not_resources = values(local.folder) # every other object

    principals {
      type        = "*" # everybody else is denied, whoever they are
      identifiers = ["*"]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [var.writer_role_arn, local.root_arn]
    }
  }

  # A review can turn a hold into an approval, and each of the other folders excuses a package from having been decided:
  # not even the writer of decisions may write there.
  dynamic "statement" {
    for_each = var.folder_writers

    content {
      sid       = "OnlyWritersOf${replace(title(statement.key), "-", "")}"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = [local.folder[statement.key]]

      principals {
        type        = "*" # everybody else is denied, whoever they are
        identifiers = ["*"]
      }

      condition {
        test     = "ArnNotEquals"
        variable = "aws:PrincipalArn"
        values   = concat(sort(statement.value), [local.root_arn])
      }
    }
  }

  # A delete marker over a record makes its name free again, and so a second decision possible; a lifecycle rule does it
  # by itself. Nothing here needs either.
  dynamic "statement" {
    for_each = var.on_destroy == "refuse" ? ["stay"] : []

    content {
      sid       = "NamesAreNeverFreed"
      effect    = "Deny"
      actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutLifecycleConfiguration"]
      resources = [local.bucket_arn, "${local.bucket_arn}/*"] # the bucket's rules, and every object

      principals {
        type        = "*" # everybody is denied, whoever they are
        identifiers = ["*"]
      }
    }
  }
}
