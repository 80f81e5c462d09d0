output "group_arns" {
  description = "ARN of each group, by name."
  value       = { for name, group in aws_sagemaker_model_package_group.team : name => group.arn }
}
