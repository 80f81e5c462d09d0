# Governance must decrypt what it pulls; an AWS managed key cannot be shared.

resource "aws_kms_key" "evidence" {
  description             = "Objects of ${var.bucket.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "evidence" {
  name          = var.bucket.key_alias
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

  statement {
    sid       = "GovernanceDecryptsWhatItPulls"
    actions   = ["kms:Decrypt"]
    resources = ["*"] # in a key policy "*" is this key

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${var.governance.account_id}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [var.governance.copier_role_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.account.region}.amazonaws.com"]
    }
  }
}
