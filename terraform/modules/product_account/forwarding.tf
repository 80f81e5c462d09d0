# "Object Created" of the bucket goes to governance's bus; what cannot be delivered waits here, with an alarm.

locals {
  _arn                  = "${var.account.region}:${var.account.id}"
  dead_letter_queue     = "${var.forwarding}-dlq"
  dead_letter_queue_arn = "arn:${var.account.partition}:sqs:${local._arn}:${local.dead_letter_queue}"
  rule_arn              = "arn:${var.account.partition}:events:${local._arn}:rule/${var.forwarding}"
}

resource "aws_cloudwatch_event_rule" "forward" {
  name        = var.forwarding
  description = "Objects created in ${var.bucket.name}, for governance to copy."

  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail      = { bucket = { name = [var.bucket.name] } }
  })
}

resource "aws_cloudwatch_event_target" "governance" {
  rule      = aws_cloudwatch_event_rule.forward.name
  target_id = "governance-bus"
  arn       = var.governance.bus_arn
  role_arn  = aws_iam_role.forwarder.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }

  depends_on = [aws_iam_role_policy.forwarder]
}

resource "aws_iam_role" "forwarder" {
  name                 = var.forwarding
  description          = "Puts events of the evidence bucket on governance's bus."
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.forwarder_trust.json
}

resource "aws_iam_role_policy" "forwarder" {
  name   = "forward"
  role   = aws_iam_role.forwarder.name
  policy = data.aws_iam_policy_document.forwarder.json
}

data "aws_iam_policy_document" "forwarder_trust" {
  statement {
    sid     = "RulesOfThisAccountForward"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }
  }
}

data "aws_iam_policy_document" "forwarder" {
  statement {
    sid       = "PutEventsOnGovernancesBus"
    actions   = ["events:PutEvents"]
    resources = [var.governance.bus_arn]
  }
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = local.dead_letter_queue
  message_retention_seconds = 1209600
  policy                    = data.aws_iam_policy_document.dead_letters.json
  sqs_managed_sse_enabled   = true
}

data "aws_iam_policy_document" "dead_letters" {
  statement {
    sid       = "TheRuleSetsAsideWhatItCannotDeliver"
    actions   = ["sqs:SendMessage"]
    resources = [local.dead_letter_queue_arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.rule_arn]
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = local.dead_letter_queue
  alarm_description   = "${local.dead_letter_queue} holds S3 events that governance's bus did not take. Mend the bus policy, then redrive. See docs/runbook.md#forwarding-dead-letters."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = local.dead_letter_queue }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}
