variable "alarm_topic_arn" {
  description = "Topic that takes the alarms."
  type        = string
}

variable "interval_minutes" {
  description = "Minutes from one run of the audit to the next."
  type        = number
}

variable "name" {
  description = "Name of the audit; its alarms start with it."
  type        = string
}
