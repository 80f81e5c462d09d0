# The steps before those that judge, in the pipeline for models that write text: collect asks the model, and score counts
# in what it answered. The answers lie in the artifact store, in parts that are written once; collect's output says which
# of them are the package's, as the list of files that SageMaker shares out among the machines that score.

locals {
  # Zero or one: everything of the second pipeline.
  _collect = [for generative in var.generative[*] : {
    AppSpecification = {
      ContainerArguments  = local._told.generative
      ContainerEntrypoint = ["python3", "-m", "modelgate.steps.collect"]
      ImageUri            = var.image.uri
    }
    ProcessingOutputConfig = {
      KmsKeyId = var.artifact_store.key_arn
      Outputs = [{
        OutputName = "answers"
        S3Output = {
          LocalPath    = "/opt/ml/processing/output/answers"
          S3UploadMode = "EndOfJob"
          S3Uri = { "Std:Join" = { On = "/", Values = [
            "s3://${var.artifact_store.bucket}/executions", { Get = "Execution.PipelineExecutionId" }, "answers",
          ] } }
        }
      }]
    }
    ProcessingResources = {
      ClusterConfig = merge(local._cluster.ClusterConfig, {
        InstanceType   = generative.collect.instance_type
        VolumeSizeInGB = generative.collect.volume_gb
      })
    }
    RoleArn           = local.role_arn.collect
    StoppingCondition = { MaxRuntimeInSeconds = generative.collect.maximum_seconds }
  }]

  _score = [for generative in var.generative[*] : {
    AppSpecification = {
      ContainerArguments  = local._told.generative
      ContainerEntrypoint = ["python3", "-m", "modelgate.steps.score"]
      ImageUri            = generative.scoring_image_uri
    }
    ProcessingInputs = [{
      InputName = "answers"
      S3Input = {
        LocalPath              = "/opt/ml/processing/input/answers"
        S3CompressionType      = "None"
        S3DataDistributionType = "ShardedByS3Key"
        S3DataType             = "ManifestFile"
        S3InputMode            = "File"
        S3Uri = { "Std:Join" = { On = "/", Values = [
          "s3://${var.artifact_store.bucket}/executions", { Get = "Execution.PipelineExecutionId" }, "answers/manifest.json",
        ] } }
      }
    }]
    ProcessingResources = {
      ClusterConfig = merge(local._cluster.ClusterConfig, {
        InstanceCount  = generative.score.instance_count
        InstanceType   = generative.score.instance_type
        VolumeSizeInGB = generative.score.volume_gb
      })
    }
    RoleArn           = local.role_arn.score
    StoppingCondition = { MaxRuntimeInSeconds = generative.score.maximum_seconds }
  }]

  _generative_steps = concat(
    [for arguments in local._collect : {
      Name          = "CollectAnswersStep"
      Type          = "Processing"
      Arguments     = merge(arguments, local._network...)
      RetryPolicies = local._retries
    }],
    # The manifest's address is no property of the step before it, so the order is said.
    [for arguments in local._score : {
      Name          = "ScoreAnswersStep"
      Type          = "Processing"
      Arguments     = merge(arguments, local._network...)
      RetryPolicies = local._retries
      DependsOn     = ["CollectAnswersStep"]
    }],
  )
}
