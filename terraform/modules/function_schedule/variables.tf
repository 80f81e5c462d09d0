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

variable "function" {
  description = "Function that runs, and its dead-letter queue: the attribute of the queue, because a target refuses one that does not exist yet."
  type = object({
    arn                   = string
    dead_letter_queue_arn = string
    name                  = string
  })
}

variable "interval_minutes" {
  description = "Minutes from run to run."
  type        = number

  validation {
    condition     = var.interval_minutes >= 1 && var.interval_minutes <= 720 && floor(var.interval_minutes) == var.interval_minutes
    error_message = "interval_minutes must be a whole number between 1 and 720; an alarm on a run that never was looks back a day at most."
  }
}
