// Runs the mutants of some documents; a worker of prove.mjs. Only what the damaged statement can decide is asked again:
// requests on which the document has a say, whose action and resource the statement names before or after, and whose
// answer can change that way at all (a grant that is dropped, for instance, refuses nothing less).
import { parentPort, workerData } from 'node:worker_threads';
import { agrees } from './cases/case_list.mjs';
import { casesFor } from './cases/index.mjs';
import { mutantsOf } from './mutants.mjs';
import { asList, decide, matches, policiesFor } from './simulate.mjs';
import { sweepOf } from './sweep.mjs';
import { readWorld } from './world.mjs';

const world = readWorld(workerData.folder);
const questions = [
  ...casesFor(world).map(({ request, expect }) => ({
    request,
    opens: expect !== 'Allowed',
    closes: expect === 'Allowed' || expect === 'ImplicitlyDenied',
    noticed: (answer) => !agrees(expect, answer),
  })),
  ...(await sweepOf(world)).map(({ name, request }) => {
    const allowed = workerData.allowed.has(name);
    return { request, opens: !allowed, closes: allowed, noticed: (answer) => (answer === 'Allowed') !== allowed };
  }),
];

const asked = new Map([...world.documents.keys()].map((key) => [key, []]));
for (const question of questions) {
  for (const { key } of policiesFor(world, question.request)) asked.get(key)?.push(question);
}

for (const key of workerData.keys) {
  const survived = [];
  let killed = 0;
  for (const mutant of mutantsOf(world.documents.get(key))) {
    if (await isNoticed(world.with(key, mutant.document), key, mutant)) killed += 1;
    else survived.push(`${key} ${mutant.label}`);
  }
  parentPort.postMessage({ key, killed, survived });
}

async function isNoticed(changed, key, { statements, opens, closes }) {
  for (const question of asked.get(key)) {
    if (!(opens && question.opens) && !(closes && question.closes)) continue;
    if (!statements.some((statement) => names(statement, question.request))) continue;
    try {
      if (question.noticed(await decide(changed, question.request))) return true;
    } catch {
      return true; // the damaged document is no valid one
    }
  }
  return false;
}

function names({ Action, Resource }, { action, resource }) {
  const named = Resource === undefined || resource === '*' || asList(Resource).some((pattern) => matches(pattern.replace(/\$\{[^}]*\}/g, '*'), resource));
  return named && asList(Action).some((pattern) => matches(pattern, action));
}
