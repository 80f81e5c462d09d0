# The way of events to a function: rules, a queue that survives bursts and failures, a mapping that bounds concurrency.

locals {
  _arn      = "${var.account.region}:${var.account.id}"
  queue_arn = "arn:${var.account.partition}:sqs:${local._arn}:${var.name}"
  rule_arns = [for name, rule in var.rules : "arn:${var.account.partition}:events:${local._arn}:rule/${rule.bus == "default" ? "" : "${rule.bus}/"}${var.name}-${name}"]
}

resource "aws_sqs_queue" "events" {
  name                       = var.name
  sqs_managed_sse_enabled    = true
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = var.delivery.visibility_timeout_seconds
  policy                     = data.aws_iam_policy_document.queue.json

  redrive_policy = jsonencode({
    deadLetterTargetArn = var.dead_letter_queue_arn
    maxReceiveCount     = var.delivery.maximum_receives
  })
}

resource "aws_cloudwatch_event_rule" "event" {
  for_each       = var.rules
  name           = "${var.name}-${each.key}"
  description    = each.value.description
  event_bus_name = each.value.bus
  event_pattern  = each.value.pattern
}

resource "aws_cloudwatch_event_target" "queue" {
  for_each       = var.rules
  rule           = aws_cloudwatch_event_rule.event[each.key].name
  event_bus_name = each.value.bus
  target_id      = "queue"
  arn            = aws_sqs_queue.events.arn

  # What EventBridge cannot put on the queue, for lack of permission for instance.
  dead_letter_config {
    arn = var.dead_letter_queue_arn
  }
}

data "aws_iam_policy_document" "queue" {
  statement {
    sid       = "RulesDeliver"
    actions   = ["sqs:SendMessage"]
    resources = [local.queue_arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = local.rule_arns
    }
  }
}

resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn        = aws_sqs_queue.events.arn
  function_name           = var.function.arn
  batch_size              = var.delivery.batch_size
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.delivery.maximum_concurrency
  }

  depends_on = [aws_iam_role_policy.consume]
}

resource "aws_iam_role_policy" "consume" {
  name   = "consume-queue"
  role   = var.function.role_name
  policy = data.aws_iam_policy_document.consume.json
}

data "aws_iam_policy_document" "consume" {
  statement {
    sid = "ConsumeOwnQueue"
    actions = [
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
    ]
    resources = [local.queue_arn]
  }
}

# Also sees what neither errors nor dead letters show: nobody consumes.
resource "aws_cloudwatch_metric_alarm" "age" {
  alarm_name          = "${var.name}-age"
  alarm_description   = "Messages wait on ${var.name} for more than ${var.delivery.alarm_age_seconds} s. Is the function throttled, or its mapping disabled? See docs/runbook.md#queue-age."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = var.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.delivery.alarm_age_seconds
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}
