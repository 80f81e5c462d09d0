// The accounts as the plans make them: which policy is on which role, resource or account. Nothing is assumed about what
// hangs where; a case only names who asks for what.
import { readPlans } from './plan.mjs';

/**
 * Documents by key (`plan: address`), each {key, account, kind, on, document}: `kind` is identity, trust, resource or
 * scp, and `on` says what it is on: a role's ARN, a resource's ARN, or the accounts that an SCP reaches.
 */
export class World {
  constructor(values, documents, keyAliases, planned) {
    this.values = values;
    this.documents = documents;
    this.keyAliases = keyAliases; // alias by key ARN
    this.planned = planned; // every resource, with the account and the root it is in
    this.index();
  }

  index() {
    const by = (kind) => [...this.documents.values()].filter((each) => each.kind === kind);
    this.identities = new Map();
    for (const each of by('identity')) this.identities.set(each.on, [...this.identityOf(each.on), each]);
    this.resources = new Map([...by('resource'), ...by('trust')].map((each) => [each.on, each]));
    this.scps = by('scp');
  }

  /** The same world with one document changed. */
  with(key, document) {
    const documents = new Map(this.documents);
    documents.set(key, { ...documents.get(key), document });
    return new World(this.values, documents, this.keyAliases, this.planned);
  }

  identityOf(role) {
    return this.identities.get(role) ?? [];
  }

  /** The policy of a bucket decides about its objects too, and that of a group about its packages. */
  resourcePolicyOf(arn) {
    const own = this.resources.get(arn);
    if (own) return own;
    const [service, rest] = [arn.split(':')[2], arn.split(':').slice(5).join(':')];
    if (service === 's3') return this.resources.get(arn.split('/')[0]);
    const group = rest.match(/^model-package\/([^/]+)\//)?.[1];
    return group && this.resources.get(arn.replace(rest, `model-package-group/${group}`));
  }

  scpsOf(account) {
    return this.scps.filter(({ on }) => on.includes(account));
  }
}

/** Reads the plans of *folder*. */
export function readWorld(folder) {
  const plans = readPlans(folder);
  const values = plans.governance.variables;
  const documents = new Map();
  const keyAliases = new Map();
  const planned = [];
  for (const [name, plan] of Object.entries(plans)) {
    const account = accountOf(plan);
    const place = { account, partition: values.partition, region: values.region, resources: plan.resources, deployRole: values.deploy_role };
    planned.push(...plan.resources.map((resource) => ({ ...resource, account, root: plan.root, arn: arnOf(resource, place) })));
    for (const { resource, document } of plan.policies) {
      const key = `${name}: ${resource.address}`;
      const found = locate(resource, place);
      documents.set(key, { key, account, document, ...found });
    }
    for (const permission of plan.resources.filter(({ type }) => type === 'aws_lambda_permission')) {
      addPermission(documents, name, permission, place);
    }
    for (const { address, type, after } of plan.resources) {
      if (type === 'aws_kms_alias') keyAliases.set(keyArn(address.replace('.aws_kms_alias.', '.aws_kms_key.'), place), after.name);
    }
  }
  return new World(values, documents, keyAliases, planned);
}

function accountOf({ root, variables }) {
  if (root === 'bootstrap') return variables.account_id;
  if (root === 'product') return variables.products[variables.product].account_id;
  return root === 'organization' ? variables.management_account_id : variables.governance_account_id;
}

/** Where a resource will be, for those that the deployer is asked about and that do not tell it themselves. */
function arnOf({ address, type, after }, place) {
  const named = {
    aws_cloudwatch_event_bus: () => arn('events', `event-bus/${after.name}`, place),
    aws_cloudwatch_event_rule: () => arn('events', `rule/${(after.event_bus_name ?? 'default') === 'default' ? '' : `${after.event_bus_name}/`}${after.name}`, place),
    aws_cloudwatch_log_group: () => arn('logs', `log-group:${after.name}`, place),
    aws_cloudwatch_metric_alarm: () => arn('cloudwatch', `alarm:${after.alarm_name}`, place),
    aws_dynamodb_table: () => arn('dynamodb', `table/${after.name}`, place),
    aws_ecr_repository: () => arn('ecr', `repository/${after.name}`, place),
    aws_iam_role: () => roleArn(after, place),
    aws_kms_key: () => keyArn(address, place),
    aws_kms_alias: () => arn('kms', after.name, place),
    aws_lambda_function: () => arn('lambda', `function:${after.function_name}`, place),
    aws_s3_bucket: () => `arn:${place.partition}:s3:::${after.bucket}`,
    aws_sagemaker_model_package_group: () => arn('sagemaker', `model-package-group/${after.model_package_group_name}`, place),
    aws_sagemaker_pipeline: () => arn('sagemaker', `pipeline/${after.pipeline_name}`, place),
    aws_sns_topic: () => arn('sns', after.name, place),
    aws_sqs_queue: () => arn('sqs', after.name, place),
  }[type];
  return named?.();
}

const LOCATE = {
  deployer_policy: (_, { account, partition, deployRole }) => ({ kind: 'identity', on: `arn:${partition}:iam::${account}:role/${deployRole}` }),
  aws_cloudwatch_event_bus_policy: ({ after }, place) => resourceOn(arn('events', `event-bus/${after.event_bus_name}`, place)),
  aws_ecr_repository_policy: ({ after }, place) => resourceOn(arn('ecr', `repository/${after.repository}`, place)),
  aws_iam_role: ({ after }, place) => ({ kind: 'trust', on: roleArn(after, place) }),
  aws_iam_role_policy: ({ address, after }, place) => ({ kind: 'identity', on: roleArn(roleNamed(after.role, place, address), place) }),
  aws_kms_key: ({ address }, place) => resourceOn(keyArn(address, place)),
  aws_organizations_policy: ({ address }, place) => ({ kind: 'scp', on: reached(address, place) }),
  aws_s3_bucket_policy: (policy, place) => resourceOn(`arn:${place.partition}:s3:::${beside(policy, 'aws_s3_bucket', place).bucket}`),
  aws_sagemaker_model_package_group_policy: ({ after }, place) => resourceOn(arn('sagemaker', `model-package-group/${after.model_package_group_name}`, place)),
  aws_sns_topic_policy: (policy, place) => resourceOn(arn('sns', beside(policy, 'aws_sns_topic', place).name, place)),
  aws_sqs_queue: ({ after }, place) => resourceOn(arn('sqs', after.name, place)),
};

const resourceOn = (on) => ({ kind: 'resource', on });
const arn = (service, rest, { account, partition, region }) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
const roleArn = ({ path = '/', name }, { account, partition }) => `arn:${partition}:iam::${account}:role${path}${name}`;

function locate(resource, place) {
  return LOCATE[resource.type](resource, place);
}

/** The resource of *type* that has the same module and name. */
function beside({ address, type: own }, type, { resources }) {
  const found = resources.find((each) => each.address === address.replace(`${own}.`, `${type}.`));
  if (!found) throw new Error(`${address}: there is no ${type} of the same name beside it`);
  return found.after;
}

function roleNamed(name, { resources }, address) {
  const found = resources.find(({ type, after }) => type === 'aws_iam_role' && after.name === name);
  if (!found) throw new Error(`${address} is on role ${name}, which is in no plan`);
  return found.after;
}

/** Ids of keys are made by the service; here each has one of its own that follows from its address. */
function keyArn(address, place) {
  let hash = 0;
  for (const character of `${place.account} ${address}`) hash = (hash * 31 + character.codePointAt(0)) >>> 0;
  return arn('kms', `key/00000000-0000-0000-0000-${String(hash).padStart(12, '0')}`, place);
}

/** The accounts that the policy is attached to, as the plan says. */
function reached(address, { resources }) {
  const [, module, index] = address.match(/^(.*)aws_organizations_policy\.(.*)$/);
  const [name, key] = index.match(/^([^[]+)\["(.*)"\]$/).slice(1);
  return resources
    .filter(({ address: other }) => other.startsWith(`${module}aws_organizations_policy_attachment.${name}["${key}/`))
    .map(({ after }) => after.target_id);
}

function addPermission(documents, name, { address, after }, place) {
  const on = after.function_name?.startsWith('arn:') ? after.function_name : arn('lambda', `function:${after.function_name}`, place);
  const key = `${name}: functions' permissions of ${on}`;
  const condition = {
    ...(after.source_arn && { ArnLike: { 'aws:SourceArn': after.source_arn } }),
    ...(after.source_account && { StringEquals: { 'aws:SourceAccount': after.source_account } }),
  };
  const statement = {
    Sid: address,
    Effect: 'Allow',
    Principal: after.principal.includes('.') ? { Service: after.principal } : { AWS: after.principal },
    Action: after.action,
    Resource: on,
    ...(Object.keys(condition).length && { Condition: condition }),
  };
  const earlier = documents.get(key)?.document.Statement ?? [];
  documents.set(key, { key, account: place.account, kind: 'resource', on, document: { Version: '2012-10-17', Statement: [...earlier, statement] } });
}
