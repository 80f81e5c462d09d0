variable "audit" {
  description = "How often the audit runs and what it bears: minutes from run to run, canaries (packages that are known to be bad), seconds that a package may wait for a verdict, how often it is queued again, and whether an approval that nothing proves is only reported (\"report\") or set back to be judged (\"revert\")."
  type = object({
    canaries           = optional(set(string), [])
    interval_minutes   = optional(number, 15)
    maximum_attempts   = optional(number, 3)
    memory_mb          = optional(number, 512)
    timeout_seconds    = optional(number, 600)
    undecided_seconds  = optional(number, 7200)
    unproved_approvals = optional(string, "report")
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["report", "revert"], var.audit.unproved_approvals)
    error_message = "audit.unproved_approvals must be \"report\" or \"revert\"; start with \"report\" and look at what it finds."
  }

  validation {
    condition     = alltrue([for arn in var.audit.canaries : contains([for group in keys(var.groups) : "arn:${var.partition}:sagemaker:${var.region}:${var.governance_account_id}:model-package/${group}"], try(regex("^(.+)/[0-9]+$", arn)[0], ""))])
    error_message = "audit.canaries: each must be the ARN of a version in one of `groups`, such as \"arn:aws:sagemaker:eu-west-1:111111111101:model-package/loan-approval/7\"."
  }

  validation {
    condition     = var.audit.undecided_seconds > var.start_approval.wait_seconds
    error_message = "audit.undecided_seconds must be more than start_approval.wait_seconds; else a package that waits for its evidence is reported as lost."
  }

  validation {
    condition     = var.audit.timeout_seconds >= 180
    error_message = "audit.timeout_seconds must be at least 180: the last two minutes of a run are kept for telling what it found."
  }

  validation {
    condition     = var.audit.timeout_seconds <= 60 * var.audit.interval_minutes
    error_message = "audit.timeout_seconds must not be longer than audit.interval_minutes; else two audits run at once and report everything twice."
  }
}

variable "break_glass" {
  description = "Who may decide past the gate in an emergency: ARNs of the principals that may assume the break-glass role, with a second factor; without it nobody may."
  type        = object({ principal_arns = set(string) })
  default     = null
}

variable "compute" {
  description = "What a step of the pipeline runs on, and for how long at most."
  type = object({
    instance_type   = optional(string, "ml.t3.medium")
    maximum_seconds = optional(number, 1800)
    volume_gb       = optional(number, 10)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.compute.maximum_seconds >= 60 && var.compute.maximum_seconds <= 432000
    error_message = "compute.maximum_seconds must be between 60 and 432000 (five days), the longest that a Processing job runs."
  }

  validation {
    condition     = startswith(var.compute.instance_type, "ml.")
    error_message = "compute.instance_type must be an instance type of SageMaker, such as \"ml.t3.medium\"."
  }
}

variable "copy_artifacts" {
  description = "Limits of copy_artifacts and of the queue that feeds it."
  type = object({
    batch_size                 = optional(number, 10)
    maximum_concurrency        = optional(number, 10)
    maximum_receives           = optional(number, 5)
    memory_mb                  = optional(number, 512)
    timeout_seconds            = optional(number, 900)
    visibility_timeout_seconds = optional(number, 5400)
  })
  default  = {}
  nullable = false
}

variable "evaluations_path" {
  description = "Path of the evaluations that models which write text are put through; needed with `generative`."
  type        = string
  default     = null

  validation {
    condition     = var.generative == null ? true : try(fileexists(var.evaluations_path), false)
    error_message = "evaluations_path: the evaluations are missing; build them with `make policies`."
  }
}

variable "evidence_lock" {
  description = "Object Lock of decision records: mode (GOVERNANCE can be lifted by a named permission, COMPLIANCE by nobody) and years."
  type = object({
    mode  = string
    years = number
  })
}

variable "extra_steps" {
  description = "Steps of your own that run before a package is judged, by the name of the report that each writes; see modules/approval_pipeline."
  type = map(object({
    arguments     = optional(list(string))
    entrypoint    = optional(list(string))
    image_uri     = string
    instance_type = optional(string)
    role_arn      = string
  }))
  default  = {}
  nullable = false
}

variable "generative" {
  description = "The pipeline for models that write text: what collecting and scoring their answers run on, which models of Bedrock may be asked, which guardrails may score, which models of Bedrock may judge answers, the secret with the key of a server of OpenAI's interface and the KMS key of that secret, and whose images may run for an evaluation; without it no group may have one. Once set it stays: what it pinned is never removed."
  type = object({
    bedrock_model_arns    = optional(set(string), [])
    guardrail_arns        = optional(set(string), [])
    judge_model_arns      = optional(set(string), [])
    hosting               = optional(object({ image_repository_arns = set(string) }))
    openai_secret_arn     = optional(string)
    openai_secret_key_arn = optional(string)

    collect = optional(object({
      instance_type   = optional(string, "ml.t3.medium")
      maximum_seconds = optional(number, 14400)
      volume_gb       = optional(number, 10)
    }), {})

    score = optional(object({
      instance_count  = optional(number, 1)
      instance_type   = optional(string, "ml.m5.large")
      maximum_seconds = optional(number, 7200)
      volume_gb       = optional(number, 10)
    }), {})
  })
  default = null

  validation {
    condition     = var.generative == null ? true : alltrue([for step in [var.generative.collect, var.generative.score] : step.maximum_seconds >= 60 && step.maximum_seconds <= 432000])
    error_message = "generative: maximum_seconds must be between 60 and 432000 (five days), the longest that a Processing job runs."
  }

  validation {
    condition     = var.generative == null ? true : alltrue([for step in [var.generative.collect, var.generative.score] : startswith(step.instance_type, "ml.")])
    error_message = "generative: instance_type must be an instance type of SageMaker, such as \"ml.m5.large\"."
  }

  validation {
    condition     = var.generative == null ? true : var.generative.score.instance_count >= 1 && var.generative.score.instance_count <= 100 && floor(var.generative.score.instance_count) == var.generative.score.instance_count
    error_message = "generative.score.instance_count must be a whole number from 1 to 100, the most that one Processing job has."
  }

  validation {
    condition     = var.generative == null ? true : alltrue([for arn in var.generative.bedrock_model_arns : can(regex("^arn:[a-z-]+:bedrock:[a-z0-9-]+:[0-9]*:(foundation-model|inference-profile|application-inference-profile|provisioned-model|imported-model|custom-model-deployment)/[^*?]+$", arn))])
    error_message = "generative.bedrock_model_arns: each must be the whole ARN of a model or inference profile, such as \"arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0\"; a pattern would let a package have any model asked."
  }

  validation {
    condition     = var.generative == null ? true : alltrue([for arn in var.generative.guardrail_arns : can(regex("^arn:[a-z-]+:bedrock:[a-z0-9-]+:[0-9]{12}:guardrail/[^*?]+$", arn))])
    error_message = "generative.guardrail_arns: each must be the whole ARN of a guardrail, without a wildcard."
  }

  validation {
    condition     = var.generative == null ? true : alltrue([for arn in var.generative.judge_model_arns : can(regex("^arn:[a-z-]+:bedrock:[a-z0-9-]+:[0-9]*:(foundation-model|inference-profile|application-inference-profile|provisioned-model|imported-model|custom-model-deployment)/[^*?]+$", arn))])
    error_message = "generative.judge_model_arns: each must be the whole ARN of a model or inference profile, without a wildcard."
  }

  validation {
    condition     = try(var.generative.openai_secret_arn, null) == null ? true : can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$", var.generative.openai_secret_arn))
    error_message = "generative.openai_secret_arn must be the whole ARN of a secret, with the six characters that AWS put at its end."
  }

  validation {
    condition     = try(var.generative.openai_secret_key_arn, null) == null ? true : var.generative.openai_secret_arn != null && can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.generative.openai_secret_key_arn))
    error_message = "generative.openai_secret_key_arn must be the ARN of the KMS key (no alias) that openai_secret_arn is encrypted with; leave it out for the key aws/secretsmanager."
  }

  validation {
    condition     = try(length(var.generative.hosting.image_repository_arns) > 0 && alltrue([for arn in var.generative.hosting.image_repository_arns : can(regex("^arn:[a-z-]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/[^*?]+$", arn))]), try(var.generative.hosting, null) == null)
    error_message = "generative.hosting.image_repository_arns must name at least one repository, each by its whole ARN such as \"arn:aws:ecr:eu-west-1:111111111102:repository/assistants\"; or leave hosting out."
  }
}

variable "groups" {
  description = "Model package groups under the gate, by name: the team, its account, tags, problem type and risk tier that policies select by, the evaluation that models which write text are put through, and whether verdicts bind (enforce) or are only recorded (shadow)."
  type = map(object({
    account      = string
    evaluation   = optional(string)
    mode         = optional(string, "enforce")
    problem_type = optional(string)
    risk_tier    = optional(string)
    tags         = optional(map(string), {})
    team         = string
  }))
  nullable = false

  validation {
    condition     = alltrue([for group in var.groups : contains(["enforce", "shadow"], group.mode)])
    error_message = "groups: mode must be \"enforce\" (a verdict becomes the status) or \"shadow\" (it is only recorded); leave it out for enforce."
  }

  validation {
    condition     = alltrue([for group in var.groups : group.problem_type == null ? true : contains(["binary", "multiclass", "regression", "generative"], group.problem_type)])
    error_message = "groups: problem_type must be binary, multiclass, regression or generative; leave it out where no policy selects by it."
  }

  validation {
    condition     = alltrue([for group in var.groups : group.risk_tier == null ? true : contains(["low", "medium", "high"], group.risk_tier)])
    error_message = "groups: risk_tier must be low, medium or high (high is never approved without a person); leave it out where no policy selects by it."
  }

  validation {
    condition     = alltrue([for group in var.groups : group.evaluation == null ? true : group.problem_type == "generative"])
    error_message = "groups: an evaluation asks models that write text; set problem_type = \"generative\" beside it, or leave it out."
  }

  validation {
    condition     = alltrue([for group in var.groups : group.evaluation == null ? true : var.generative != null])
    error_message = "groups: an evaluation needs the second pipeline; set `generative` (in its simplest form {}), or leave evaluation out."
  }

  validation {
    condition     = alltrue([for group in var.groups : group.evaluation == null || var.generative == null ? true : contains(keys(local.evaluations), group.evaluation)])
    error_message = "groups: every evaluation must be one of policies/evaluations; mend the name, or write the file and run `make policies`."
  }

  validation {
    condition     = try(length(var.generative.bedrock_model_arns) > 0, true) || alltrue([for group in var.groups : try(local.evaluations[group.evaluation].target.kind != "bedrock", true)])
    error_message = "groups: an evaluation asks models of Bedrock, and none may be asked; name their ARNs in generative.bedrock_model_arns."
  }

  validation {
    condition     = try(length(var.generative.judge_model_arns) > 0, true) || alltrue([for group in var.groups : try(!startswith(local.evaluations[group.evaluation].judge.name, "model/"), true)])
    error_message = "groups: an evaluation has a model of Bedrock judge answers, and none may; name its ARN in generative.judge_model_arns."
  }

  validation {
    condition     = try(var.generative.hosting != null, true) || alltrue([for group in var.groups : try(!contains(["endpoint", "transform"], local.evaluations[group.evaluation].target.kind), true)])
    error_message = "groups: an evaluation runs models on SageMaker, and nobody may; name the repositories of their images in generative.hosting."
  }

  validation {
    condition     = alltrue([for group in var.groups : contains([for product in var.products : product.account_id], group.account)])
    error_message = "groups: every account must be the account of a product; add it to `products` or mend the id."
  }
}

variable "image_uri" {
  description = "Approval image, pinned by digest; `make image` and `make promote` print it."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "image_uri must be pinned by digest (repository@sha256:…), not by a tag."
  }
}

variable "lambda_zips" {
  description = "Paths of the functions' zips; `make lambdas` builds them."
  type = object({
    audit          = string
    copy_artifacts = string
    start_approval = string
  })

  validation {
    condition     = alltrue([for path in values(var.lambda_zips) : fileexists(path)])
    error_message = "lambda_zips: a zip is missing; build it with `make lambdas`."
  }
}

variable "log_level" {
  description = "Least level of the functions' logs."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "log_level must be DEBUG, INFO, WARNING or ERROR."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 90
}

variable "policy_bundle_path" {
  description = "Path of the policy bundle that verdicts follow."
  type        = string

  validation {
    condition     = fileexists(var.policy_bundle_path)
    error_message = "policy_bundle_path: the bundle is missing; build it with `make policies`."
  }
}

variable "policy_rollout" {
  description = "A bundle that some groups are judged by already, before it becomes everybody's: its path and those groups."
  type = object({
    bundle_path = string
    groups      = set(string)
  })
  default = null

  validation {
    condition     = var.policy_rollout == null ? true : fileexists(var.policy_rollout.bundle_path)
    error_message = "policy_rollout.bundle_path: the bundle is missing; build it as `make policies` builds the other one."
  }

  validation {
    condition     = var.policy_rollout == null ? true : length(setsubtract(var.policy_rollout.groups, keys(var.groups))) == 0
    error_message = "policy_rollout.groups: every name must be one of `groups`; mend the name or add the group."
  }
}

variable "prompts_folder" {
  description = "Folder of the prompts that the evaluations name by digest; needed with `generative`."
  type        = string
  default     = null

  validation {
    condition     = alltrue([for digest in values(local.prompts) : try(filesha256("${var.prompts_folder}/${digest}.jsonl") == digest, false)])
    error_message = "prompts_folder: prompts that the evaluations name are missing or not those; build both again with `make policies`."
  }
}

variable "reviewers" {
  description = "Who may review held packages: ARNs of the principals that may assume the reviewer role; without it nobody may."
  type        = object({ principal_arns = set(string) })
  default     = null
}

variable "scoring_image_uri" {
  description = "Image that scores answers, pinned by digest; needed with `generative`."
  type        = string
  default     = null

  validation {
    condition     = var.generative == null ? true : can(regex("@sha256:[0-9a-f]{64}$", var.scoring_image_uri))
    error_message = "scoring_image_uri must be pinned by digest (repository@sha256:…); `make image` builds it where `generative` is set."
  }
}

variable "signing_keys_path" {
  description = "Path of the document with the public keys of `signing_keys`, which deploy/ writes between bootstrap and governance."
  type        = string

  validation {
    condition     = fileexists(var.signing_keys_path)
    error_message = "signing_keys_path: the document is missing; `make apply ROOT=governance` writes it once bootstrap has made the keys."
  }
}

variable "start_approval" {
  description = "Limits of start_approval and of the queue that feeds it, and how long it waits for evidence."
  type = object({
    batch_size                 = optional(number, 10)
    maximum_concurrency        = optional(number, 5)
    maximum_receives           = optional(number, 5)
    maximum_running_executions = optional(number, 20)
    memory_mb                  = optional(number, 256)
    retry_seconds              = optional(number, 60)
    timeout_seconds            = optional(number, 60)
    visibility_timeout_seconds = optional(number, 360)
    wait_seconds               = optional(number, 900)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.start_approval.retry_seconds >= 1 && var.start_approval.retry_seconds <= 900
    error_message = "start_approval.retry_seconds must be between 1 and 900, the longest delay that SQS knows."
  }

  validation {
    condition     = var.start_approval.maximum_running_executions >= 1
    error_message = "start_approval.maximum_running_executions must be at least 1; with 0 nothing would ever be judged."
  }

  validation {
    condition     = var.start_approval.wait_seconds >= var.start_approval.retry_seconds
    error_message = "start_approval.wait_seconds must be at least retry_seconds; else late evidence is never looked for again."
  }
}

variable "vpc" {
  description = "Network that the pipeline's steps run in; without it they run in SageMaker's own."
  type = object({
    security_group_ids = list(string)
    subnet_ids         = list(string)
  })
  default = null
}
