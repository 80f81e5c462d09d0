// A second, small reading of IAM's rules, written from the user guide ("Policy evaluation logic", "IAM JSON policy elements:
// condition operators") and without the engine. It knows what the plans use and refuses the rest. Both must agree on every
// case and on the whole sweep; where two readings of one guide differ, one of them is wrong.
import { accountOf, asList, contextOf, isService, ownerOf, policiesFor } from './simulate.mjs';

/** The same three words as the engine's. */
export function opinion(world, request) {
  const context = new Map(Object.entries(contextOf(world, request)).map(([key, value]) => [key.toLowerCase(), value]));
  const policies = policiesFor(world, request);
  const speaking = (kinds, effect) => policies
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap(({ document }) => asList(document.Statement))
    .filter((statement) => statement.Effect === effect && speaks(statement, request, context));

  if (speaking(['identity', 'resource', 'trust', 'scp'], 'Deny').length) return 'ExplicitlyDenied';
  const granted = speaking(['identity'], 'Allow').length > 0;
  const opened = speaking(['resource', 'trust'], 'Allow');
  return allowed(world, request, policies, granted, opened) ? 'Allowed' : 'ImplicitlyDenied';
}

function allowed(world, { who, action, resource }, policies, granted, opened) {
  if (isService(who)) return opened.length > 0;
  const same = accountOf(who.arn) === ownerOf(world, resource, action, who);
  if (!same) return granted && opened.length > 0;
  // Naming a role itself is enough within an account; naming the account leaves it to the role's own policies.
  if (opened.some(({ Principal }) => namesDirectly(Principal, who))) return true;
  // Keys and roles trust their account only where their policy says so; everything else does.
  const strict = policies.some(({ kind }) => kind === 'trust') || (action.startsWith('kms:') && resource.includes(':key/'));
  return granted && (!strict || opened.length > 0);
}

function speaks(statement, request, context) {
  const { Principal, Action, NotAction, Resource, NotResource } = statement;
  if (NotAction !== undefined || statement.NotPrincipal !== undefined) throw new Error('the second opinion has not learned NotAction and NotPrincipal');
  if (Principal !== undefined && !names(Principal, request.who)) return false;
  if (!asList(Action).some((pattern) => like(pattern.toLowerCase(), request.action.toLowerCase()))) return false;
  const meant = (list) => asList(list).some((pattern) => like(filled(pattern, context), request.resource));
  if (Resource !== undefined && !meant(Resource)) return false;
  if (NotResource !== undefined && meant(NotResource)) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) => Object.entries(keys).every(([key, values]) => holds(operator, asList(values), context.get(key.toLowerCase()))));
}

function names(Principal, who) {
  return namesDirectly(Principal, who) || (!isService(who) && asList(Principal.AWS).some((each) => each === accountOf(who.arn) || new RegExp(`^arn:[a-z-]+:iam::${accountOf(who.arn)}:root$`).test(each)));
}

function namesDirectly(Principal, who) {
  if (Principal === '*' || asList(Principal.AWS).includes('*')) return true;
  return isService(who) ? asList(Principal.Service).includes(who.arn) : asList(Principal.AWS).includes(who.arn) && !who.arn.endsWith(':root');
}

/** Variables are filled in as text; one that the request does not have matches nothing. */
function filled(pattern, context) {
  return pattern.replace(/\$\{([^}]+)\}/g, (_, key) => context.get(key.toLowerCase()) ?? '\u0000');
}

function like(pattern, text) {
  if (pattern === '*') return true;
  const source = pattern.split('*').map((part) => part.split('?').map(escape).join('.')).join('.*');
  return new RegExp(`^${source}$`, 's').test(text);
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const TESTS = {
  ArnEquals: likeArn,
  ArnLike: likeArn,
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringEquals: (value, wanted) => value === wanted,
  StringLike: (value, wanted) => like(wanted, value),
};

/** The six parts of an ARN one by one: a star does not reach over a colon, but for the last part. */
function likeArn(value, wanted) {
  const [ours, theirs] = [value, wanted].map((text) => [...text.split(':').slice(0, 5), text.split(':').slice(5).join(':')]);
  return ours.every((part, place) => like(theirs[place], part));
}

function holds(operator, wanted, value) {
  if (operator === 'Null') return (value === undefined) === (wanted[0] === 'true');
  const [set, test] = operator.includes(':') ? operator.split(':') : ['', operator];
  const negated = test.includes('Not');
  const compare = TESTS[test.replace('Not', '')];
  if (!compare) throw new Error(`the second opinion has not learned ${operator}`);
  const matches = (each) => wanted.some((one) => compare(each, one)) !== negated;
  if (set === 'ForAllValues') return value === undefined || asList(value).every(matches);
  if (set === 'ForAnyValue') return value !== undefined && asList(value).some(matches);
  return value === undefined ? negated : asList(value).some(matches);
}
