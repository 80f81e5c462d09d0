variable "account" {
  description = "The governance account: id, region and partition."
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

variable "buckets" {
  description = "Names of the buckets that decide or prove something: artifact store, evidence store, Terraform state."
  type = object({
    artifacts = string
    evidence  = string
    state     = string
  })
}

variable "exempt" {
  description = "ARNs of roles beside the control's own: those that apply the platform, those of extra steps, those that push the approval image, and those that put dead letters back."
  type = object({
    deployers        = set(string)
    extra_steps      = optional(set(string), [])
    image_publishers = optional(set(string), [])
    operators        = optional(set(string), [])
  })

  validation {
    condition     = length(var.exempt.deployers) > 0
    error_message = "exempt.deployers must name at least one role (deploy_role or deployers of platform.tfvars); without it nobody could ever change the platform again."
  }

  validation {
    condition     = alltrue([for arn in flatten(values(var.exempt)) : can(regex("^arn:[a-z-]+:iam::${var.account.id}:role/[^*?]+$", arn))])
    error_message = "exempt: each must be the whole ARN of a role of the governance account, without a wildcard; a pattern exempts whoever may choose a name."
  }
}

variable "pipelines" {
  description = "Names of the pipelines that judge packages."
  type        = set(string)
  nullable    = false
}

variable "prefix" {
  description = "First part of every name of the control: queues, functions, rules, alarms, keys' aliases, pipelines."
  type        = string
}

variable "roles" {
  description = "ARNs of the control's own roles."
  type = object({
    audit          = string
    break_glass    = string
    check          = string
    collect        = string
    copy_artifacts = string
    evaluated      = string
    pipeline       = string
    reviewer       = string
    score          = string
    start_approval = string
    update         = string
  })
}

variable "targets" {
  description = "Organizational units or accounts that the policies hang on: where governance lives, and where models are registered from."
  type = object({
    governance = set(string)
    products   = set(string)
  })

  validation {
    condition     = alltrue([for target in setunion(var.targets.governance, var.targets.products) : can(regex("^([0-9]{12}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$", target))])
    error_message = "targets: each is an account id of 12 digits or an organizational unit such as \"ou-ab12-cdefgh34\"; hanging these on the root would bind every other account too."
  }

  validation {
    condition     = length(var.targets.governance) > 0
    error_message = "targets.governance must name the governance account or its organizational unit; without it nothing is guarded."
  }
}
