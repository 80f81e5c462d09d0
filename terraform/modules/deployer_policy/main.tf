# What the role that applies the platform may do in one account: as documents, because the role is not the platform's own.
# Who could change what it may do could do everything, so it is made, and these are attached, by an administrator.

locals {
  _arn      = "${var.account.region}:${var.account.id}"
  _bucket   = "arn:${var.account.partition}:s3:::"
  _events   = "arn:${var.account.partition}:events:${local._arn}"
  _keys     = "arn:${var.account.partition}:kms:${local._arn}:key/*" # narrowed by alias or tag where it is used
  _lambda   = "arn:${var.account.partition}:lambda:${local._arn}"
  _logs     = "arn:${var.account.partition}:logs:${local._arn}:log-group"
  _named    = "${var.prefix}-*" # everything of the platform starts with the prefix
  _role     = "arn:${var.account.partition}:iam::${var.account.id}:role"
  _platform = "${local._role}${var.role_path}${var.prefix}"
  _state    = "${local._bucket}${var.prefix}-tfstate-${var.account.id}"

  alarms     = "arn:${var.account.partition}:cloudwatch:${local._arn}:alarm:${local._named}"
  buckets    = [for name in sort(var.buckets) : "${local._bucket}${name}"] # each by its whole name: a star would reach objects
  functions  = "${local._lambda}:function:${local._named}"
  log_groups = "${local._logs}:/aws/lambda/${local._named}"
  queues     = "arn:${var.account.partition}:sqs:${local._arn}:${local._named}"
  topics     = "arn:${var.account.partition}:sns:${local._arn}:${local._named}"

  # Every statement of a document is a cost: a role takes ten policies of 6,144 characters, so white space goes.
  documents = { for name, document in merge(
    {
      limits    = data.aws_iam_policy_document.limits
      machinery = data.aws_iam_policy_document.machinery
      stores    = data.aws_iam_policy_document.stores
    },
    var.governs ? { registry = data.aws_iam_policy_document.registry, image = data.aws_iam_policy_document.image } : {},
  ) : name => jsonencode(jsondecode(document.json)) }
}
