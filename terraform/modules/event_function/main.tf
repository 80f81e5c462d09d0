# A Lambda that handles events, the queue for those it gave up on, and the alarms on both.

locals {
  _arn                  = "${var.account.partition}:%s:${var.account.region}:${var.account.id}"
  dead_letter_queue     = "${var.name}-dlq"
  dead_letter_queue_arn = "arn:${format(local._arn, "sqs")}:${local.dead_letter_queue}"
  log_group             = "/aws/lambda/${var.name}"
  log_group_arn         = "arn:${format(local._arn, "logs")}:log-group:${local.log_group}"
  source_queue_arn      = "arn:${format(local._arn, "sqs")}:${var.name}"
}

resource "aws_lambda_function" "handler" {
  function_name    = var.name
  description      = var.description
  role             = aws_iam_role.function.arn
  runtime          = "python3.13"
  architectures    = ["arm64"]
  handler          = "handler.handler"
  filename         = var.zip_path
  source_code_hash = filebase64sha256(var.zip_path)
  memory_size      = var.memory_mb
  timeout          = var.timeout_seconds

  environment {
    variables = merge(var.environment, { for url in var.sets_aside ? [aws_sqs_queue.dead_letters.url] : [] : "MODELGATE_DEAD_LETTER_QUEUE_URL" => url })
  }

  # For invocations without a queue, by hand for instance. Queued events reach it by the queue's redrive policy.
  dead_letter_config {
    target_arn = aws_sqs_queue.dead_letters.arn
  }

  # Otherwise the first invocation makes the log group, without retention; and the dead-letter target is checked.
  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.function]
}

resource "aws_cloudwatch_log_group" "function" {
  name              = local.log_group
  retention_in_days = var.log_retention_days
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = local.dead_letter_queue
  message_retention_seconds = 1209600 # 14 days, the longest there is: time to look before it is gone
  policy                    = data.aws_iam_policy_document.dead_letters.json
  sqs_managed_sse_enabled   = true

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.source_queue_arn]
  })
}
