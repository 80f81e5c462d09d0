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

variable "description" {
  description = "What the function does, in a sentence."
  type        = string
}

variable "environment" {
  description = "Environment variables; MODELGATE_DEAD_LETTER_QUEUE_URL is added where the code sets messages aside."
  type        = map(string)
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 90
}

variable "memory_mb" {
  description = "Memory of the function."
  type        = number
  default     = 512
}

variable "name" {
  description = "Name of the function, of its role and of the queue that feeds it; its dead-letter queue adds \"-dlq\"."
  type        = string
}

variable "policy" {
  description = "Policy document (JSON) of what the function may do beyond logging and setting messages aside."
  type        = string
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

variable "sets_aside" {
  description = "Whether the code itself sends messages that it gives up on to the dead-letter queue; one that no queue feeds has none to send."
  type        = bool
  default     = true
}

variable "timeout_seconds" {
  description = "Longest run of the function."
  type        = number

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900
    error_message = "timeout_seconds must be between 1 and 900, the longest that Lambda runs."
  }
}

variable "zip_path" {
  description = "Zip of the function."
  type        = string

  validation {
    condition     = endswith(var.zip_path, ".zip")
    error_message = "zip_path must name a .zip file; build it with `make lambdas`."
  }
}
