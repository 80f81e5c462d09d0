# A key that decisions are signed with. Only the update step's role signs, whatever other policies say; everybody who may
# read the public key can verify. A key is never rotated in place: a new name makes a new key, and the old one stays, so
# that what it has signed can still be verified.

resource "aws_kms_key" "signing" {
  description              = "Signs the gate's decisions: ${var.alias}"
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
  deletion_window_in_days  = 30
  policy                   = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "signing" {
  name          = var.alias
  target_key_id = aws_kms_key.signing.key_id
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

  # Not even the account's root user: a signature by anybody else would prove nothing.
  statement {
    sid       = "OnlyTheUpdateStepSigns"
    effect    = "Deny"
    actions   = ["kms:Sign"]
    resources = ["*"] # in a key policy "*" is this key

    principals {
      type        = "*" # everybody else is denied, whoever they are
      identifiers = ["*"]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [var.signer_role_arn]
    }
  }

  # A grant lets its holder sign past every policy of IAM; nothing here needs one.
  statement {
    sid       = "NobodyHandsTheKeyOn"
    effect    = "Deny"
    actions   = ["kms:CreateGrant"]
    resources = ["*"] # in a key policy "*" is this key

    principals {
      type        = "*" # everybody is denied, whoever they are
      identifiers = ["*"]
    }
  }

  # A key that is gone takes the proof of every decision with it that was not exported. Whoever means it must change this
  # policy first.
  dynamic "statement" {
    for_each = var.on_destroy == "refuse" ? ["stay"] : []

    content {
      sid       = "TheKeyStays"
      effect    = "Deny"
      actions   = ["kms:DisableKey", "kms:ScheduleKeyDeletion"]
      resources = ["*"] # in a key policy "*" is this key

      principals {
        type        = "*" # everybody is denied, whoever they are
        identifiers = ["*"]
      }
    }
  }
}
