# A team's account as the gate sees it: the bucket that evidence is uploaded to, whose events go to governance,
# which then pulls the objects. The team writes nothing into the governance account but Pending packages.

locals {
  bucket_arn = "arn:${var.account.partition}:s3:::${var.bucket.name}"
}

resource "aws_s3_bucket" "evidence" {
  bucket        = var.bucket.name
  force_destroy = var.bucket.on_destroy == "empty"
}

# Governance copies exactly the version that an event names.
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

# Parts of an interrupted upload are no evidence, only cost.
resource "aws_s3_bucket_lifecycle_configuration" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  rule {
    id     = "interrupted-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_notification" "evidence" {
  bucket      = aws_s3_bucket.evidence.id
  eventbridge = true

  # An object that arrives before the rule would be missed for good.
  depends_on = [aws_cloudwatch_event_target.governance]
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

  # Without listing, a version that is gone would answer 403 instead of 404, and be tried again and again.
  statement {
    sid       = "GovernanceTellsWhatIsGoneFromWhatIsForbidden"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${var.governance.account_id}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [var.governance.copier_role_arn]
    }
  }

  statement {
    sid       = "GovernancePullsObjects"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local.bucket_arn}/*"] # every object: the bucket holds nothing but evidence

    # The account is the principal, because a policy that names a role which does not exist yet is refused.
    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${var.governance.account_id}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [var.governance.copier_role_arn]
    }
  }
}
