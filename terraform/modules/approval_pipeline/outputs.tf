output "arn" {
  description = "ARN of the pipeline, built from its name."
  value       = local.pipeline_arn
}

output "definition" {
  description = "The definition as JSON, for the contract test against the SageMaker SDK."
  value       = jsonencode(local.definition)
}

output "name" {
  description = "Name of the pipeline."
  value       = aws_sagemaker_pipeline.approval.pipeline_name
}
