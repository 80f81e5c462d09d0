// Takes every policy out of the plans. Refuses a plan in which a policy is not known yet, and a kind of resource that
// nobody has looked at: a policy that is skipped looks exactly like one that passed.
import fs from 'node:fs';
import path from 'node:path';

/** By resource type, the attribute that holds a policy document. */
const POLICY_ATTRIBUTE = {
  aws_cloudwatch_event_bus_policy: 'policy',
  aws_ecr_repository_policy: 'policy',
  aws_iam_role: 'assume_role_policy',
  aws_iam_role_policy: 'policy',
  aws_kms_key: 'policy',
  aws_organizations_policy: 'content',
  aws_s3_bucket_policy: 'policy',
  aws_sagemaker_model_package_group_policy: 'resource_policy',
  aws_sns_topic_policy: 'policy',
  aws_sqs_queue: 'policy',
};

/** Says who may call without holding a document: `grantOf` writes one. */
const GRANTS = new Set(['aws_lambda_permission']);

/** Types that carry no policy of their own. One that is missing here is refused until somebody has looked at it. */
const WITHOUT_POLICY = new Set([
  'aws_cloudwatch_event_bus',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_metric_alarm',
  'aws_dynamodb_table',
  'aws_ecr_lifecycle_policy', // which images expire
  'aws_ecr_repository',
  'aws_kms_alias',
  'aws_lambda_event_source_mapping',
  'aws_lambda_function',
  'aws_organizations_policy_attachment',
  'aws_s3_bucket',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_notification',
  'aws_s3_bucket_object_lock_configuration',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
  'aws_s3_object',
  'aws_sagemaker_model_package_group',
  'aws_sagemaker_pipeline',
  'aws_sns_topic',
  'aws_sns_topic_subscription',
]);

/** Computed by the provider from another resource that is read; unknown in every first plan. */
const MIRRORS = new Set(['aws_iam_role.inline_policy', 'aws_iam_role.managed_policy_arns', 'aws_s3_bucket.policy', 'aws_sns_topic.policy']);

/** Sound like policies and are none. */
const NO_POLICY = new Set([
  'aws_organizations_policy_attachment.policy_id', // told by the address, see world.mjs
  'aws_sns_topic_subscription.filter_policy_scope',
  'aws_sqs_queue.redrive_allow_policy',
  'aws_sqs_queue.redrive_policy',
]);

const SOUNDS_LIKE_POLICY = /(policy|policies|policy_arns|content)/;

/** The plans of *folder* by name, each with its policy documents; throws a list of all that cannot be judged. */
export function readPlans(folder) {
  const plans = {};
  const problems = [];
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
    const name = path.basename(file, '.json');
    const plan = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
    plans[name] = { ...plan, policies: [...policiesOf(name, plan.resources, problems), ...handedOut(name, plan, problems)] };
  }
  if (!Object.keys(plans).length) problems.push(`no plan in ${folder}`);
  for (const [name, { policies }] of Object.entries(plans)) if (!policies.length) problems.push(`${name}: no policy in the plan`);
  if (problems.length) throw new Error(`the plans cannot be judged:\n  ${problems.join('\n  ')}`);
  return plans;
}

/** Policies for a role that the platform does not make: bootstrap hands them out. */
function handedOut(name, { root, outputs }, problems) {
  if (root !== 'bootstrap') return [];
  const documents = Object.entries(outputs.deployer_policies ?? {});
  if (!documents.length) problems.push(`${name}: output deployer_policies is absent or known only after apply`);
  return documents.map(([key, text]) => ({ resource: { address: `deployer_policies["${key}"]`, type: 'deployer_policy' }, document: JSON.parse(text) }));
}

function policiesOf(name, resources, problems) {
  const found = [];
  for (const resource of resources) {
    const { address, type, after, unknown } = resource;
    const attribute = POLICY_ATTRIBUTE[type];
    if (!attribute && !GRANTS.has(type) && !WITHOUT_POLICY.has(type)) {
      problems.push(`${name}: ${address} is of a kind nobody has looked at; list ${type} in plan.mjs, with its policy or among those that carry none`);
    }
    if (attribute) {
      if (typeof after[attribute] === 'string') found.push({ resource, document: JSON.parse(after[attribute]) });
      else if (unknown[attribute]) problems.push(`${name}: ${address}.${attribute} is known only after apply; build its ARNs from names`);
      else problems.push(`${name}: ${address}.${attribute} is absent, so anybody's default would decide`);
    }
    for (const key of new Set([...Object.keys(after), ...Object.keys(unknown)])) {
      if (key === attribute || NO_POLICY.has(`${type}.${key}`)) continue;
      const carries = JSON.stringify(after[key] ?? null).includes('Statement') || (key === 'managed_policy_arns' && after[key]?.length);
      const hides = unknown[key] === true && SOUNDS_LIKE_POLICY.test(key) && !MIRRORS.has(`${type}.${key}`);
      if (carries || hides) problems.push(`${name}: ${address}.${key} carries a policy that nothing here reads`);
    }
  }
  return found;
}
