output "alarm_names" {
  description = "Name of the alarm on each kind of finding."
  value       = { for kind, alarm in aws_cloudwatch_metric_alarm.finding : kind => alarm.alarm_name }
}
