# Runs a function every so many minutes. What EventBridge cannot hand over lies in the function's dead-letter queue; what the
# function fails at is tried twice more by Lambda, and then lies there too.

locals {
  rule_name = "${var.function.name}-schedule" # the queue takes what rules named after the function set aside
  rule_arn  = "arn:${var.account.partition}:events:${var.account.region}:${var.account.id}:rule/${local.rule_name}"
}

resource "aws_cloudwatch_event_rule" "schedule" {
  name                = local.rule_name
  description         = "Runs ${var.function.name} every ${var.interval_minutes} minutes."
  schedule_expression = var.interval_minutes == 1 ? "rate(1 minute)" : "rate(${var.interval_minutes} minutes)"
}

resource "aws_cloudwatch_event_target" "function" {
  rule      = aws_cloudwatch_event_rule.schedule.name
  target_id = "function"
  arn       = var.function.arn

  dead_letter_config {
    arn = var.function.dead_letter_queue_arn
  }

  depends_on = [aws_lambda_permission.schedule]
}

resource "aws_lambda_permission" "schedule" {
  statement_id   = "OnlyTheScheduleInvokes"
  action         = "lambda:InvokeFunction"
  function_name  = var.function.name
  principal      = "events.amazonaws.com"
  source_account = var.account.id
  source_arn     = local.rule_arn
}
