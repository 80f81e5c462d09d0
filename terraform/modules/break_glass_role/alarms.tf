# Every use rings: the role is taken on, it changes a package, or a record of it is written. The first two are heard from
# CloudTrail, so the account needs a trail of management events; the third does without.

resource "aws_cloudwatch_event_rule" "taken" {
  name        = "${var.name}-taken"
  description = "Somebody takes on ${var.name}, or changes a package as it. See docs/runbook.md#break-glass-used."
  state       = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" # AssumeRole counts as reading

  event_pattern = jsonencode({
    detail-type = ["AWS API Call via CloudTrail"]
    detail = {
      "$or" = [
        { eventSource = ["sts.amazonaws.com"], requestParameters = { roleArn = [local.role_arn] } },
        {
          eventName    = ["UpdateModelPackage"]
          eventSource  = ["sagemaker.amazonaws.com"]
          userIdentity = { sessionContext = { sessionIssuer = { arn = [local.role_arn] } } }
        },
      ]
    }
  })
}

resource "aws_cloudwatch_event_rule" "recorded" {
  name        = "${var.name}-recorded"
  description = "A record of a decision past the gate was written. See docs/runbook.md#break-glass-used."

  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail = {
      bucket = { name = [var.evidence_store.bucket] }
      object = { key = [{ prefix = "break-glass/" }] }
    }
  })
}

resource "aws_cloudwatch_event_target" "alarm_topic" {
  for_each  = { recorded = aws_cloudwatch_event_rule.recorded.name, taken = aws_cloudwatch_event_rule.taken.name }
  rule      = each.value
  target_id = "alarm-topic"
  arn       = var.alarm_topic_arn
}
