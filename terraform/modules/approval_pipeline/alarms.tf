# A failed or stopped execution leaves its package Pending for ever, and nothing else says so.

resource "aws_cloudwatch_event_rule" "unfinished" {
  name        = "${var.names.pipeline}-unfinished"
  description = "Executions of ${var.names.pipeline} that failed or were stopped: their packages have no verdict."

  event_pattern = jsonencode({
    source      = ["aws.sagemaker"]
    detail-type = ["SageMaker Model Building Pipeline Execution Status Change"]
    detail = {
      currentPipelineExecutionStatus = ["Failed", "Stopped"]
      pipelineArn                    = [local.pipeline_arn]
    }
  })
}

resource "aws_cloudwatch_event_target" "alarm_topic" {
  rule      = aws_cloudwatch_event_rule.unfinished.name
  target_id = "alarm-topic"
  arn       = var.alarm_topic_arn
}
