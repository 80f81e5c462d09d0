// One request in, one word out: Allowed, ExplicitlyDenied or ImplicitlyDenied. Anything else throws.
import { createValidatedPolicy, validateIdentityPolicy, validateResourcePolicy, validateServiceControlPolicy } from '@cloud-copilot/iam-policy';
import { runSimulation } from '@cloud-copilot/iam-simulate';

export const ALLOW_ALL = { Version: '2012-10-17', Statement: [{ Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' }] };

/** Stands for a document that says nothing about an action: without any statement it would be no valid one. */
const NOTHING = { Sid: 'Nothing', Effect: 'Deny', Action: 'none:None', Resource: '*' };

const OPEN = { Version: '2012-10-17', Statement: [{ Sid: 'Everybody', Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

const FULL_ACCESS = { name: 'FullAWSAccess', policy: createValidatedPolicy(ALLOW_ALL, validateServiceControlPolicy) };
const VALIDATE = { identity: validateIdentityPolicy, resource: validateResourcePolicy, trust: validateResourcePolicy, scp: validateServiceControlPolicy };
const prepared = new WeakMap();

/**
 * Asks the engine about a request {who, action, resource, context, organisation, door} in *world*.
 *
 * `who` is {arn, identity}: a role's ARN with what a stand-in may do, or with nothing for a role of the plans; or a
 * service's name. `organisation: false` leaves the service control policies out; `door: 'open'` puts a policy that lets
 * everybody in on the resource, `door: 'none'` takes its policy away: either way only the caller's own policies are asked.
 * Statements about other actions are taken out of the caller's documents first, which is several times as fast; the second
 * opinion reads whole documents, so it would tell if that mattered.
 */
export async function decide(world, request) {
  const { who, action, resource } = request;
  const policies = policiesFor(world, request);
  const loaded = (policy) => prepare(policy, action);
  const answer = await runSimulation(
    {
      request: { principal: who.arn, action, resource: { resource, accountId: ownerOf(world, resource, action, who) }, contextVariables: contextOf(world, request) },
      identityPolicies: policies.filter(({ kind }) => kind === 'identity').map(loaded),
      serviceControlPolicies: isService(who) ? [] : [
        { orgIdentifier: 'r-root', policies: [FULL_ACCESS] },
        { orgIdentifier: accountOf(who.arn), policies: [FULL_ACCESS, ...policies.filter(({ kind }) => kind === 'scp').map(loaded)] },
      ],
      resourceControlPolicies: [],
      resourcePolicy: policies.filter(({ kind }) => kind === 'resource' || kind === 'trust').map((each) => loaded(each).policy)[0],
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(answer.errors)}`);
  // A mistyped key is dropped silently, and the case then proves nothing.
  const results = answer.result ? [answer.result] : answer.results;
  const ignored = results.flatMap(({ ignoredContextKeys = [] }) => ignoredContextKeys).filter((key) => key in (request.context ?? {}));
  if (ignored.length) throw new Error(`${action}: no key of this action: ${ignored.join(', ')}`);
  return answer.overallResult;
}

/** The documents that have a say: the caller's own, the resource's, and those on the caller's account. */
export function policiesFor(world, { who, action, resource, organisation = true, door }) {
  const service = isService(who);
  const standIn = who.identity ? [{ key: `stand-in ${who.arn}`, kind: 'identity', document: who.identity }] : [];
  const found = service ? [] : [...standIn, ...(who.identity ? [] : world.identityOf(who.arn))];
  const onResource = door === 'none' ? undefined : door === 'open' ? { key: 'an open door', kind: 'resource', document: OPEN } : world.resourcePolicyOf(resource);
  // A role's trust decides who wears it; about everything else that is done to the role, only identity policies do.
  if (onResource && (onResource.kind === 'resource' || action.startsWith('sts:'))) found.push(onResource);
  if (!service && organisation) found.push(...world.scpsOf(accountOf(who.arn)));
  return found;
}

/** What AWS itself puts into every request; the engine fills in nothing. */
export function contextOf(world, { who, action, resource, context = {} }) {
  const given = isService(who)
    ? { 'aws:SecureTransport': 'true' }
    : { 'aws:PrincipalArn': who.arn, 'aws:PrincipalAccount': accountOf(who.arn), 'aws:SecureTransport': 'true' };
  const alias = world.keyAliases.get(resource);
  if (alias && action.startsWith('kms:')) given['kms:ResourceAliases'] = [alias];
  if (action === 's3:PutObject') given['s3:ObjectCreationOperation'] = 'true'; // not a part of a multipart upload
  return { ...given, ...context };
}

export const isService = ({ arn }) => arn.endsWith('.amazonaws.com');
export const accountOf = (arn) => arn.split(':')[4];

/** Buckets do not name their account; neither do actions without a resource. */
export function ownerOf(world, resource, action, who) {
  return accountOf(resource) || world.resourcePolicyOf(resource)?.account || (isService(who) ? world.values.governance_account_id : accountOf(who.arn));
}

/** Whether a pattern such as `s3:Put*` stands for *text*; capitals are not told apart, which at worst asks too much. */
export function matches(pattern, text) {
  if (!patterns.has(pattern)) {
    const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
    patterns.set(pattern, new RegExp(`^${source}$`, 'is'));
  }
  return patterns.get(pattern).test(text);
}

const patterns = new Map();

export const asList = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

function prepare({ key, kind, document }, action) {
  if (!prepared.has(document)) prepared.set(document, new Map());
  const cache = prepared.get(document);
  if (!cache.has(action)) cache.set(action, createValidatedPolicy(cutTo(document, kind, action), VALIDATE[kind]));
  return { name: key, policy: cache.get(action) };
}

function cutTo(document, kind, action) {
  if (kind === 'resource' || kind === 'trust') return document;
  const about = asList(document.Statement).filter(({ Action }) => Action === undefined || asList(Action).some((pattern) => matches(pattern, action)));
  return { ...document, Statement: about.length ? about : [NOTHING] };
}
