# The second pipeline's values: which evaluations there are, and what they pin. Nothing of it is there without
# `generative`. What was pinned once stays: a decision may rest on it, and no version in the artifact store is removed.

locals {
  evaluations = merge([for _ in var.generative[*] : jsondecode(file(var.evaluations_path)).evaluations]...)
  _evaluated  = { for name, group in var.groups : name => group if group.evaluation != null }

  # Digests of the prompts by evaluation and concern. The place stays when the prompts change, so that Terraform stores
  # another version instead of removing what a run may still read.
  prompts = merge(flatten([for name, evaluation in local.evaluations : [
    for asked in evaluation.asked : { "${name}/${asked.concern}" = trimprefix(asked.prompts_digest, "sha256:") }
  ]])...)

  # Targets of the evaluations that groups name.
  _target_kinds = toset([for group in local._evaluated : local.evaluations[group.evaluation].target.kind])

  generative = one([for generative in var.generative[*] : {
    bedrock_model_arns    = generative.bedrock_model_arns
    collect               = generative.collect
    evaluations_digest    = "sha256:${filesha256(aws_s3_object.evaluations["generative"].source)}"
    groups                = { for name, group in local._evaluated : name => group.account }
    guardrail_arns        = generative.guardrail_arns
    hosting               = generative.hosting
    judge_model_arns      = generative.judge_model_arns
    openai_secret_arn     = generative.openai_secret_arn
    openai_secret_key_arn = generative.openai_secret_key_arn
    score                 = generative.score
    scorers               = [for evaluation in local.evaluations : evaluation.scorer]
    scoring_image_uri     = var.scoring_image_uri
    names = {
      collect_role   = module.names.role_names.collect
      evaluated_role = module.names.role_names.evaluated
      pipeline       = module.names.generative_pipeline
      score_role     = module.names.role_names.score
    }
  }])
}

locals {
  # Left out without one, not empty.
  evaluation_environment = { for generative in var.generative[*] : "MODELGATE_EVALUATION_SECONDS" => generative.collect.maximum_seconds + generative.score.maximum_seconds }
  generative_environment = { for name in module.approval_pipeline.generative_name[*] : "MODELGATE_GENERATIVE_PIPELINE_NAME" => name }
}

resource "aws_s3_object" "evaluations" {
  for_each = toset([for _ in var.generative[*] : "generative"])

  bucket       = module.artifact_store.bucket
  key          = "pinned/evaluations.json"
  source       = var.evaluations_path
  source_hash  = filesha256(var.evaluations_path)
  content_type = "application/json"
  kms_key_id   = module.artifact_store.key_arn

  # Whoever pins the evaluations waits until their prompts are stored.
  depends_on = [aws_s3_object.prompts]
}

resource "aws_s3_object" "prompts" {
  for_each = local.prompts

  bucket       = module.artifact_store.bucket
  key          = "pinned/prompts/${each.key}.jsonl"
  source       = "${var.prompts_folder}/${each.value}.jsonl"
  source_hash  = each.value
  content_type = "application/jsonl"
  kms_key_id   = module.artifact_store.key_arn
}
