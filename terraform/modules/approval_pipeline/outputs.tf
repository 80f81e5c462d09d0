output "arn" {
  description = "ARN of the pipeline, built from its name."
  value       = local.pipeline_arn
}

output "definition" {
  description = "The definition as JSON, for the contract test against the SageMaker SDK."
  value       = jsonencode(local.definitions.approval)
}

output "generative_definition" {
  description = "That of the pipeline for models that write text; null without one."
  value       = try(jsonencode(local.definitions.generative), null)
}

output "generative_name" {
  description = "Name of the pipeline for models that write text; null without one."
  value       = one([for pipeline in aws_sagemaker_pipeline.generative : pipeline.pipeline_name])
}

output "name" {
  description = "Name of the pipeline."
  value       = aws_sagemaker_pipeline.approval.pipeline_name
}
