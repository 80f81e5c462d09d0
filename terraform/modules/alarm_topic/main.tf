# Where every alarm of the account goes. Subscriptions are values; a topic nobody reads is a silent gate.

locals {
  topic_arn = "arn:${var.account.partition}:sns:${var.account.region}:${var.account.id}:${var.name}"
}

resource "aws_kms_key" "alarms" {
  description             = "Alarms on ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "alarms" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.alarms.key_id
}

resource "aws_sns_topic" "alarms" {
  name              = var.name
  kms_master_key_id = aws_kms_key.alarms.arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.topic.json
}

resource "aws_sns_topic_subscription" "email" {
  for_each  = var.emails
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "AlarmsOfThisAccountPublish"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }
  }

  # Without a condition on purpose: "You can't use Condition blocks in Amazon SNS topic policies for EventBridge"
  # (EventBridge user guide); with one, every message of a rule would be dropped in silence. Whoever knows the ARN could
  # send noise here; a lost alarm is worse.
  statement {
    sid       = "RulesPublish"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
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
    sid       = "AlarmsOfThisAccountEncrypt"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"] # in a key policy "*" is this key

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }
  }

  # As with the topic: what EventBridge sends there carries no source to compare.
  statement {
    sid       = "RulesEncrypt"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"] # in a key policy "*" is this key

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}
