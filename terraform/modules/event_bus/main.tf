# The governance bus that takes S3 events of product accounts, and only from their forwarding roles.

locals {
  arn = "arn:${var.account.partition}:events:${var.account.region}:${var.account.id}:event-bus/${var.name}"
}

resource "aws_cloudwatch_event_bus" "artifacts" {
  name = var.name
}

resource "aws_cloudwatch_event_bus_policy" "artifacts" {
  event_bus_name = aws_cloudwatch_event_bus.artifacts.name
  policy         = data.aws_iam_policy_document.bus.json
}

data "aws_iam_policy_document" "bus" {
  dynamic "statement" {
    for_each = var.senders

    content {
      sid       = "Forward${replace(title(replace(statement.key, "/[^a-zA-Z0-9]+/", " ")), " ", "")}"
      actions   = ["events:PutEvents"]
      resources = [local.arn]

      # The account is the principal, because a policy that names a role which does not exist yet is refused.
      principals {
        type        = "AWS"
        identifiers = ["arn:${var.account.partition}:iam::${statement.value.account_id}:root"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = [statement.value.role_arn]
      }
    }
  }
}
