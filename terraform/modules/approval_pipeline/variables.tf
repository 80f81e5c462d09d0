variable "account" {
  description = "Account that holds the resources: id, region and partition."
  type = object({
    id        = string
    region    = string
    partition = optional(string, "aws")
  })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account.id))
    error_message = "account.id must have 12 digits, in quotes so that leading zeros stay."
  }
}

variable "alarm_topic_arn" {
  description = "Topic that takes the alarms."
  type        = string
}

variable "artifact_store" {
  description = "Where evidence is read, and results are written: bucket, and key by ARN and alias."
  type = object({
    bucket    = string
    key_alias = string
    key_arn   = string
  })
}

variable "compute" {
  description = "What a step runs on, and for how long at most."
  type = object({
    instance_type   = optional(string, "ml.t3.medium")
    maximum_seconds = optional(number, 1800)
    volume_gb       = optional(number, 10)
  })
  default  = {}
  nullable = false
}

variable "evidence_store" {
  description = "Where decisions are written: bucket, and key by alias."
  type = object({
    bucket    = string
    key_alias = string
  })
}

variable "extra_steps" {
  description = "Steps that run before a package is judged, by the name of the report that each writes: image by digest, command, role, and instance type if another than the steps'."
  type = map(object({
    arguments     = optional(list(string))
    entrypoint    = optional(list(string))
    image_uri     = string
    instance_type = optional(string)
    role_arn      = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.extra_steps) : can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", name))])
    error_message = "extra_steps: a name has up to 40 lower-case letters, digits and hyphens, with no hyphen at either end; policies name the report \"Extra.<name>\"."
  }

  validation {
    condition     = !contains(keys(var.extra_steps), "generative")
    error_message = "extra_steps: \"generative\" is the name of the report that the gate's own evaluation of models writes; choose another."
  }

  validation {
    condition     = alltrue([for step in var.extra_steps : can(regex("@sha256:[0-9a-f]{64}$", step.image_uri))])
    error_message = "extra_steps: image_uri must be pinned by digest (repository@sha256:…), not by a tag; what it reports decides verdicts."
  }

  validation {
    condition     = alltrue([for step in var.extra_steps : can(regex("^arn:[a-z-]+:iam::${var.account.id}:role/[^*]+$", step.role_arn))])
    error_message = "extra_steps: role_arn must be a role of the governance account; it must be able to read what the step looks at, and to write executions/*/reports/<name>/* in the artifact store."
  }

  validation {
    condition     = length(setintersection([for step in var.extra_steps : step.role_arn], values(local.role_arn))) == 0
    error_message = "extra_steps: role_arn must not be a role of the approval pipeline; a step of your own that wore it could write verdicts."
  }

  validation {
    condition     = alltrue([for step in var.extra_steps : step.instance_type == null ? true : startswith(step.instance_type, "ml.")])
    error_message = "extra_steps: instance_type must be an instance type of SageMaker, such as \"ml.m5.large\"; leave it out for that of the other steps."
  }
}

variable "generative" {
  description = "Evaluation of models that write text: the groups evaluated (account of each by name), which answers are asked for and by what image scored, what may be asked, and what collecting and scoring run on; without it there is no second pipeline."
  type = object({
    bedrock_model_arns    = set(string)
    evaluations_digest    = string
    groups                = map(string)
    guardrail_arns        = set(string)
    hosting               = optional(object({ image_repository_arns = set(string) }))
    judge_model_arns      = set(string)
    openai_secret_arn     = optional(string)
    openai_secret_key_arn = optional(string)
    scorers               = set(string)
    scoring_image_uri     = string

    collect = object({ instance_type = string, maximum_seconds = number, volume_gb = number })
    score   = object({ instance_count = number, instance_type = string, maximum_seconds = number, volume_gb = number })

    names = object({ collect_role = string, evaluated_role = string, pipeline = string, score_role = string })
  })
  default = null

  validation {
    condition     = var.generative == null ? true : can(regex("@sha256:[0-9a-f]{64}$", var.generative.scoring_image_uri))
    error_message = "generative.scoring_image_uri must be pinned by digest (repository@sha256:…), not by a tag; `make image` builds it with the other."
  }

  validation {
    condition     = var.generative == null ? true : can(regex("^sha256:[0-9a-f]{64}$", var.generative.evaluations_digest))
    error_message = "generative.evaluations_digest must be sha256: and 64 hex digits."
  }
}

variable "groups" {
  description = "Names of the groups under the gate."
  type        = set(string)
  nullable    = false
}

variable "image" {
  description = "Image of the steps that collect, judge and decide: its repository's name, and its address pinned by digest."
  type = object({
    repository = string
    uri        = string
  })

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image.uri))
    error_message = "image.uri must be pinned by digest (repository@sha256:…), not by a tag; `make image` prints it."
  }
}

variable "names" {
  description = "Names of the pipeline (and of the role that runs it), and of the two steps' roles."
  type = object({
    check_role  = string
    pipeline    = string
    update_role = string
  })
}

variable "pins" {
  description = "Digests of what decides a verdict (the gate document and the policy bundle) and of the document with the keys that prove one."
  type = object({
    gate_digest         = string
    policy_digest       = string
    signing_keys_digest = string
  })

  validation {
    condition     = alltrue([for digest in values(var.pins) : can(regex("^sha256:[0-9a-f]{64}$", digest))])
    error_message = "pins must be digests of the form sha256: and 64 hex digits."
  }
}

variable "roles" {
  description = "Path of every role, and the permissions boundary that the organisation asks for, if any."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "signing_key_aliases" {
  description = "Aliases of the keys that decisions are signed with."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.signing_key_aliases) > 0 && alltrue([for alias in var.signing_key_aliases : startswith(alias, "alias/")])
    error_message = "signing_key_aliases must hold at least one, each starting with \"alias/\"."
  }
}

variable "vpc" {
  description = "Network that the steps run in; without it they run in SageMaker's own."
  type = object({
    security_group_ids = list(string)
    subnet_ids         = list(string)
  })
  default = null

  validation {
    condition     = try(length(var.vpc.security_group_ids) > 0 && length(var.vpc.subnet_ids) > 0, var.vpc == null)
    error_message = "vpc needs at least one subnet and one security group, with endpoints for S3, SageMaker, ECR, KMS, CloudWatch and its logs; or leave vpc out."
  }
}
