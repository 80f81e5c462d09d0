// Damages policies a little, one rule at a time: each change must be noticed by a case or by the sweep.
import { asList } from './simulate.mjs';

/**
 * Yields {label, document, statements, opens, closes}: *statements* are the damaged one before and after, and whether what is
 * refused might now be allowed (*opens*) or what is allowed refused (*closes*).
 */
export function* mutantsOf({ document, kind, on }) {
  const statements = asList(document.Statement);
  for (const [index, statement] of statements.entries()) {
    const name = statement.Sid ?? index;
    for (const [what, damaged] of damages(statement, kind === 'identity' || kind === 'scp' ? undefined : on)) {
      const kept = statements.flatMap((each, place) => (place === index ? damaged : [each]));
      // Without any statement a document would be no valid one; this says nothing.
      const Statement = kept.length ? kept : [{ ...statement, Action: 'none:None', NotAction: undefined, Effect: 'Deny' }].map(clean);
      const grows = / NotResource /.test(what) ? what.startsWith('drop') : /^(widen|drop (all )?condition)/.test(what);
      const either = what.startsWith('drop value');
      const allows = statement.Effect === 'Allow';
      yield { label: `${name}: ${what}`, document: { ...document, Statement }, statements: [statement, ...damaged], opens: either || grows === allows, closes: either || grows !== allows };
    }
  }
}

const clean = (statement) => Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined));

/** *own* is the resource that the policy is on, if any: beyond it a resource policy says nothing, however it is written. */
function* damages(statement, own) {
  yield ['drop the statement', []];
  yield* conditions(statement);
  for (const part of ['Action', 'Resource', 'NotResource']) yield* parts(statement, part, own);
  yield* principals(statement);
}

function* conditions(statement) {
  const { Condition, ...bare } = statement;
  if (!Condition) return;
  const tests = Object.entries(Condition).flatMap(([operator, keys]) => Object.keys(keys).map((key) => [operator, key]));
  if (tests.length > 1) yield ['drop all conditions', [bare]];
  for (const [operator, key] of tests) {
    const { [key]: value, ...others } = Condition[operator];
    const { [operator]: _, ...rest } = Condition;
    const left = Object.keys(others).length ? { ...rest, [operator]: others } : rest;
    yield [`drop condition ${operator} ${key}`, [Object.keys(left).length ? { ...statement, Condition: left } : bare]];
    const values = asList(value);
    if (values.length > 1) {
      for (const each of values) yield [`drop value ${each} of ${operator} ${key}`, [{ ...statement, Condition: { ...Condition, [operator]: { ...Condition[operator], [key]: values.filter((kept) => kept !== each) } } }]];
    }
  }
}

function* parts(statement, part, own) {
  if (!(part in statement)) return;
  const items = asList(statement[part]);
  const having = (list) => [{ ...statement, [part]: list }];
  if (items.length > 1) for (const item of items) yield [`drop ${part} ${item}`, having(items.filter((kept) => kept !== item))];
  const wider = part === 'Action' ? widerActions : widerResources;
  for (const item of items) {
    for (const wide of wider(item)) {
      if (items.includes(wide) || (own && part !== 'Action' && !wide.startsWith(own))) continue;
      yield [`widen ${part} ${item} to ${wide}`, having([...items.filter((kept) => kept !== item), wide])];
    }
  }
  if (part === 'Resource' && !own && !items.includes('*')) yield ['widen Resource to everything', having(['*'])];
}

/** The whole service. Beyond it, the resource would have to be of another service. */
function widerActions(action) {
  const all = `${action.split(':')[0]}:*`;
  return action === '*' || action === all ? [] : [all];
}

/** One step up: the folder above, or everything of the service in the account. */
function widerResources(resource) {
  if (resource === '*') return [];
  const [head, tail] = [resource.split(':').slice(0, 5).join(':'), resource.split(':').slice(5).join(':')];
  if (tail === 'key/*') return []; // no action of these statements knows another resource than keys
  const above = tail.replace(/\/\*$/, '').split('/').slice(0, -1).join('/');
  return [...new Set([...(above ? [`${head}:${above}/*`] : []), `${head}:*`])].filter((wide) => wide !== resource);
}

function* principals(statement) {
  if (!statement.Principal || statement.Principal === '*') return;
  if (statement.Effect === 'Deny') return; // a denial of fewer is noticed when its statement is dropped
  yield ['widen Principal to everybody', [{ ...statement, Principal: '*' }]];
  for (const [kind, value] of Object.entries(statement.Principal)) {
    const values = asList(value);
    if (values.length > 1) for (const each of values) yield [`drop Principal ${each}`, [{ ...statement, Principal: { ...statement.Principal, [kind]: values.filter((kept) => kept !== each) } }]];
  }
}
