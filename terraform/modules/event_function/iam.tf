resource "aws_iam_role" "function" {
  name                 = var.name
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "function" {
  name   = "function"
  role   = aws_iam_role.function.name
  policy = data.aws_iam_policy_document.function.json
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "LambdaRunsIt"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "function" {
  source_policy_documents = [var.policy]

  statement {
    sid       = "WriteOwnLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_group_arn}:*"] # its streams, whose names Lambda chooses
  }

  statement {
    sid       = "SetAsideWhatCannotBeHandled"
    actions   = ["sqs:SendMessage"]
    resources = [local.dead_letter_queue_arn]
  }
}

data "aws_iam_policy_document" "dead_letters" {
  statement {
    sid       = "RulesSetAsideWhatTheyCannotDeliver"
    actions   = ["sqs:SendMessage"]
    resources = [local.dead_letter_queue_arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    # Rules that feed the function start with its name; those on another than the default bus have the bus before it.
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values = [
        "arn:${format(local._arn, "events")}:rule/${var.name}-*",
        "arn:${format(local._arn, "events")}:rule/*/${var.name}-*",
      ]
    }
  }
}
