# One alarm for each kind of finding of the audit, and one for an audit that does not run. Every run counts each kind, zero
# too. The kinds are the anchors of the runbook.

locals {
  metrics = {
    approved-without-record  = { name = "ApprovedWithoutRecord", says = "A package is approved and nothing proves that it was decided" }
    break-glass-used         = { name = "BreakGlassUsed", says = "A package was approved past the gate in an emergency" }
    canary-approved          = { name = "CanaryApproved", says = "A package that is known to be bad is approved: the gate itself is broken" }
    changed-since-decision   = { name = "ChangedSinceDecision", says = "An approved package is no longer the one that was judged" }
    dead-letters             = { name = "DeadLetters", says = "Messages lie in a dead-letter queue of the gate" }
    evaluation-endpoint-left = { name = "EvaluationEndpointLeft", says = "An endpoint or a job of an evaluation outlived it, which costs money" }
    execution-failed         = { name = "ExecutionFailed", says = "An execution of the approval pipeline failed or was stopped, and its package has no verdict" }
    legacy                   = { name = "LegacyListed", says = "Packages that were approved before the gate watched their group were adopted" }
    record-not-valid         = { name = "RecordNotValid", says = "The record of a decision is not one that the gate has signed" }
    status-not-decided       = { name = "StatusNotDecided", says = "The status of a package is not the one that was decided last" }
    undecided                = { name = "Undecided", says = "A package has waited for a verdict for longer than the bound" }
  }
}

resource "aws_cloudwatch_metric_alarm" "finding" {
  for_each            = local.metrics
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.says}. The audit's events and logs name it. See docs/runbook.md#${each.key}."
  namespace           = "modelgate"
  metric_name         = each.value.name
  statistic           = "Maximum"
  period              = var.interval_minutes * 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}

# Whoever stops the audit stops every finding.
resource "aws_cloudwatch_metric_alarm" "missing" {
  alarm_name          = "${var.name}-missing"
  alarm_description   = "The audit has not run to its end for two intervals of ${var.interval_minutes} minutes. See docs/runbook.md#audit-missing."
  namespace           = "modelgate"
  metric_name         = "AuditRuns"
  statistic           = "Sum"
  period              = var.interval_minutes * 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alarm_topic_arn]
}
