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

variable "dead_letter_queue_arn" {
  description = "Queue for what could not be handled: the attribute of the queue, because SQS refuses one that does not exist yet."
  type        = string
}

variable "delivery" {
  description = "How messages are handed over: batch, functions running at once, their longest run, retries, and the age that alarms."
  type = object({
    alarm_age_seconds          = optional(number, 1800)
    batch_size                 = optional(number, 10)
    function_timeout_seconds   = number
    maximum_concurrency        = optional(number, 10)
    maximum_receives           = optional(number, 5)
    visibility_timeout_seconds = number
  })

  validation {
    condition     = var.delivery.maximum_concurrency >= 2 && var.delivery.maximum_concurrency <= 1000
    error_message = "delivery.maximum_concurrency must be between 2 and 1000, the limits of Lambda."
  }

  validation {
    condition     = var.delivery.batch_size >= 1 && var.delivery.batch_size <= 10
    error_message = "delivery.batch_size must be between 1 and 10; Lambda takes larger batches only with a waiting time, which would delay every verdict."
  }

  validation {
    condition     = var.delivery.maximum_receives >= 1 && var.delivery.maximum_receives <= 1000
    error_message = "delivery.maximum_receives must be between 1 and 1000, the limits of SQS; 5 lets a function's short trouble pass."
  }

  validation {
    condition     = var.delivery.visibility_timeout_seconds >= var.delivery.function_timeout_seconds
    error_message = "delivery.visibility_timeout_seconds must be at least the function's timeout; else a message is handled twice at once. AWS advises six times."
  }
}

variable "function" {
  description = "Function that consumes the queue."
  type = object({
    arn       = string
    role_name = string
  })
}

variable "name" {
  description = "Name of the queue; rules and alarms start with it."
  type        = string
}

variable "rules" {
  description = "Rules by name: bus, event pattern (JSON), and a sentence on what they match."
  type = map(object({
    bus         = string
    description = string
    pattern     = string
  }))
  nullable = false

  validation {
    condition     = alltrue([for rule in var.rules : can(jsondecode(rule.pattern))])
    error_message = "rules[*].pattern must be JSON; use jsonencode({...})."
  }
}
