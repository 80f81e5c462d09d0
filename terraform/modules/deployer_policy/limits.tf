# What applying never needs, denied whatever else is attached to the role. An SCP says much of it again for every role.

data "aws_iam_policy_document" "limits" {
  statement {
    sid    = "DecidesNothingAndStartsNothing"
    effect = "Deny"
    actions = [
      "kms:Sign",
      "sagemaker:CreateModelPackage",
      "sagemaker:Retry*",
      "sagemaker:SendPipelineExecutionStep*", # success and failure
      "sagemaker:Start*",
      "sagemaker:Stop*",
      "sagemaker:UpdateModelPackage",
      "sagemaker:UpdatePipelineExecution",
    ]
    resources = ["*"] # whatever it is called
  }

  # Evidence and decisions are nobody's to read or write but the gate's own; applying sets the buckets up.
  statement {
    sid           = "TouchesNoObjectButStateAndWhatIsPinned"
    effect        = "Deny"
    actions       = ["s3:*Object*"] # every action on objects, their versions and what hangs on them
    not_resources = concat(local.buckets, local.state_objects, var.governs ? [local.pinned] : [])
  }

  # Queues, functions and the alarms' own feed: a message or a call by hand is one that nobody sent.
  statement {
    sid       = "FeedsNothing"
    effect    = "Deny"
    actions   = ["cloudwatch:PutMetricData", "events:PutEvents", "lambda:Invoke*", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:ReceiveMessage", "sqs:SendMessage"] # a function's address too
    resources = ["*"]                                                                                                                                              # whatever it is called
  }

  statement {
    sid       = "WearsNoRole"
    effect    = "Deny"
    actions   = ["sts:AssumeRole"]
    resources = ["*"] # whoever trusts it
  }

  statement {
    sid           = "ChangesNoRoleButThePlatforms"
    effect        = "Deny"
    actions       = ["iam:*"] # users, groups, managed policies and identity providers too
    not_resources = ["${local._platform}-*"]
  }

  dynamic "statement" {
    for_each = var.deploy_role[*]

    content {
      sid       = "ChangesNotWhatItMay"
      effect    = "Deny"
      actions   = ["iam:*"]                             # reading too: Terraform does not manage it
      resources = ["${local._role}/${statement.value}"] # where the prefix would let it in
    }
  }
}
