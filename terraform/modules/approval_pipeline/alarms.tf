# A failed or stopped execution leaves its package Pending for ever, and nothing else says so.

resource "aws_cloudwatch_event_rule" "unfinished" {
  name        = "${var.names.pipeline}-unfinished"
  description = "Executions of an approval pipeline that failed or were stopped: their packages have no verdict. See docs/runbook.md#execution-failed."

  event_pattern = jsonencode({
    source      = ["aws.sagemaker"]
    detail-type = ["SageMaker Model Building Pipeline Execution Status Change"]
    detail = {
      currentPipelineExecutionStatus = ["Failed", "Stopped"]
      pipelineArn                    = values(local.pipeline_arns)
    }
  })
}

# Such packages are held, and stay so until somebody mends the policies: the update step counts them.
resource "aws_cloudwatch_metric_alarm" "without_policy" {
  alarm_name          = "${var.names.pipeline}-without-policy"
  alarm_description   = "A package was held because no policy, or more than one, governs it. Read its ApprovalDescription; change the group's tags or the policies' match, then have it judged again. See docs/runbook.md#without-policy."
  namespace           = "modelgate"
  metric_name         = "PackagesWithoutPolicy"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}

# A report of another package, another execution, another bundle or image, or evidence that changed after it was judged:
# the update step refuses it, and counts. Nothing of that happens by itself.
resource "aws_cloudwatch_metric_alarm" "reports_refused" {
  alarm_name          = "${var.names.pipeline}-reports-refused"
  alarm_description   = "The update step refused a check report that was not about its package, its execution or what is pinned. Read the refusal in the evidence store; somebody may be trying to get past the gate. See docs/runbook.md#reports-refused."
  namespace           = "modelgate"
  metric_name         = "ReportsRefused"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_event_target" "alarm_topic" {
  rule      = aws_cloudwatch_event_rule.unfinished.name
  target_id = "alarm-topic"
  arn       = var.alarm_topic_arn
}
