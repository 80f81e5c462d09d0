# The definitions as SageMaker reads them. Parameters only name the package; what decides or proves a verdict (gate document,
# policy bundle, image, public keys) is pinned here by digest. No parameter has a default: a run on nothing must be
# refused at the start.

locals {
  image_digest = split("@", var.image.uri)[1]

  _arguments = concat([
    "--model-package-arn", { Get = "Parameters.ModelPackageArn" },
    "--model-package-group-name", { Get = "Parameters.ModelPackageGroupName" },
    "--bucket", { Get = "Parameters.Bucket" },
    "--execution-arn", { Get = "Execution.PipelineExecutionArn" },
    "--artifact-store", var.artifact_store.bucket,
    "--gate-digest", var.pins.gate_digest,
    "--policy-digest", var.pins.policy_digest,
    "--image-digest", local.image_digest,
    "--signing-keys-digest", var.pins.signing_keys_digest,
  ], flatten([for name in keys(var.extra_steps) : ["--extra-report", name]]))

  # What the steps of each pipeline are told; all of one pipeline the same. The evaluation's report is one more of those
  # that the judgement reads.
  _told = merge({ approval = local._arguments }, [for generative in var.generative[*] : {
    generative = concat(
      local._arguments,
      [
        "--extra-report", "generative",
        "--evaluations-digest", generative.evaluations_digest,
        "--scoring-image-digest", split("@", generative.scoring_image_uri)[1],
      ],
      flatten([for _ in generative.hosting[*] : ["--model-role-arn", local.role_arn.evaluated, "--model-key-arn", var.artifact_store.key_arn]]),
      flatten([for arn in generative.openai_secret_arn[*] : ["--target-secret-arn", arn]]),
    )
  }]...)

  _cluster = {
    ClusterConfig = {
      InstanceCount  = 1
      InstanceType   = var.compute.instance_type
      VolumeKmsKeyId = var.artifact_store.key_arn
      VolumeSizeInGB = var.compute.volume_gb
    }
  }

  _limits = { MaxRuntimeInSeconds = var.compute.maximum_seconds }

  # Bursts meet the account's limit on running jobs; waiting there is cheaper than failing. One policy is about jobs or
  # about steps, never both: the SageMaker SDK knows no other kind.
  _retries = [
    {
      BackoffRate     = 1.5
      ExceptionType   = ["SageMaker.RESOURCE_LIMIT", "SageMaker.CAPACITY_ERROR"]
      IntervalSeconds = 60
      MaxAttempts     = 15
    },
    {
      BackoffRate     = 2
      ExceptionType   = ["SageMaker.JOB_INTERNAL_ERROR"]
      IntervalSeconds = 10
      MaxAttempts     = 5
    },
    {
      BackoffRate     = 2
      ExceptionType   = ["Step.SERVICE_FAULT", "Step.THROTTLING"]
      IntervalSeconds = 10
      MaxAttempts     = 5
    },
  ]

  # Zero or one object: a step without a VPC has no NetworkConfig at all.
  _network = [for vpc in var.vpc[*] : {
    NetworkConfig = {
      EnableInterContainerTrafficEncryption = true
      EnableNetworkIsolation                = false
      VpcConfig                             = { SecurityGroupIds = vpc.security_group_ids, Subnets = vpc.subnet_ids }
    }
  }]

  # The execution id keeps two runs from reading each other's results.
  _check = { for pipeline, arguments in local._told : pipeline => {
    AppSpecification = {
      ContainerArguments  = arguments
      ContainerEntrypoint = ["python3", "-m", "modelgate.steps.check"]
      ImageUri            = var.image.uri
    }
    ProcessingOutputConfig = {
      KmsKeyId = var.artifact_store.key_arn
      Outputs = [{
        OutputName = "checks"
        S3Output = {
          LocalPath    = "/opt/ml/processing/output/checks"
          S3UploadMode = "EndOfJob"
          S3Uri = { "Std:Join" = { On = "/", Values = [
            "s3://${var.artifact_store.bucket}/executions", { Get = "Execution.PipelineExecutionId" }, "checks",
          ] } }
        }
      }]
    }
    ProcessingResources = local._cluster
    RoleArn             = local.role_arn.check
    StoppingCondition   = local._limits
  } }

  _update = { for pipeline, arguments in local._told : pipeline => {
    AppSpecification = {
      ContainerArguments  = arguments
      ContainerEntrypoint = ["python3", "-m", "modelgate.steps.update"]
      ImageUri            = var.image.uri
    }
    ProcessingInputs = [{
      InputName = "checks"
      S3Input = {
        LocalPath              = "/opt/ml/processing/input/checks"
        S3CompressionType      = "None"
        S3DataDistributionType = "FullyReplicated"
        S3DataType             = "S3Prefix"
        S3InputMode            = "File"
        S3Uri = {
          Get = "Steps.RegisteredModelValidationStep.ProcessingOutputConfig.Outputs['checks'].S3Output.S3Uri"
        }
      }
    }]
    ProcessingResources = local._cluster
    RoleArn             = local.role_arn.update
    StoppingCondition   = local._limits
  } }

  # Steps of the organisation's own, whose reports join the evidence. Each tells its program by environment what to look
  # at, so that its arguments are free, and writes below its own name.
  _extra = { for name, step in var.extra_steps : "ExtraReport-${name}" => {
    AppSpecification = { for member, value in {
      ContainerArguments  = step.arguments
      ContainerEntrypoint = step.entrypoint
      ImageUri            = step.image_uri
    } : member => value if value != null }
    Environment = {
      MODELGATE_ARTIFACT_STORE    = var.artifact_store.bucket
      MODELGATE_EXECUTION_ARN     = { Get = "Execution.PipelineExecutionArn" }
      MODELGATE_MODEL_PACKAGE_ARN = { Get = "Parameters.ModelPackageArn" }
    }
    ProcessingOutputConfig = {
      KmsKeyId = var.artifact_store.key_arn
      Outputs = [{
        OutputName = "report"
        S3Output = {
          LocalPath    = "/opt/ml/processing/output/report"
          S3UploadMode = "EndOfJob"
          S3Uri = { "Std:Join" = { On = "/", Values = [
            "s3://${var.artifact_store.bucket}/executions", { Get = "Execution.PipelineExecutionId" }, "reports/${name}",
          ] } }
        }
      }]
    }
    ProcessingResources = {
      ClusterConfig = merge(local._cluster.ClusterConfig, { InstanceType = coalesce(step.instance_type, var.compute.instance_type) })
    }
    RoleArn           = step.role_arn
    StoppingCondition = local._limits
  } }

  _extra_steps = [for name, arguments in local._extra : {
    Name          = name
    Type          = "Processing"
    Arguments     = merge(arguments, local._network...)
    RetryPolicies = local._retries
  }]

  # What runs before a package is judged, and what of it the judgement waits for.
  _before = merge({ approval = local._extra_steps }, [for _ in var.generative[*] : {
    generative = concat(local._extra_steps, local._generative_steps)
  }]...)
  _awaited = merge({ approval = keys(local._extra) }, [for _ in var.generative[*] : {
    generative = concat(keys(local._extra), ["ScoreAnswersStep"])
  }]...)

  # Zero or one object: with nothing to wait for, the step does not depend on anything.
  _waiting = { for pipeline, names in local._awaited : pipeline => [for awaited in [names] : { DependsOn = awaited } if length(awaited) > 0] }

  definitions = { for pipeline, before in local._before : pipeline => {
    Version  = "2020-12-01"
    Metadata = {}
    Parameters = [
      { Name = "ModelPackageGroupName", Type = "String" },
      { Name = "Bucket", Type = "String" },
      { Name = "ModelPackageArn", Type = "String" },
    ]
    Steps = concat(before, [
      merge({
        Name          = "RegisteredModelValidationStep"
        Type          = "Processing"
        Arguments     = merge(local._check[pipeline], local._network...)
        RetryPolicies = local._retries
      }, local._waiting[pipeline]...),
      {
        Name          = "UpdateModelStatusStep"
        Type          = "Processing"
        Arguments     = merge(local._update[pipeline], local._network...)
        RetryPolicies = local._retries
      },
    ])
  } }
}
