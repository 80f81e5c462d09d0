// node prove.mjs FOLDER-OF-PLANS [--without-mutants] : every named case, the sweep, and the mutants. Prints what is wrong
// and the counts; exit 1 if anything is.
import fs from 'node:fs';
import os from 'node:os';
import { Worker } from 'node:worker_threads';
import { agrees } from './cases/case_list.mjs';
import { casesFor } from './cases/index.mjs';
import { opinion } from './second_opinion.mjs';
import { decide } from './simulate.mjs';
import { readDecided, sweepOf } from './sweep.mjs';
import { readWorld } from './world.mjs';

const [folder, ...options] = process.argv.slice(2);
const world = readWorld(folder);
const problems = [];

const cases = casesFor(world);
for (const { name, expect, request } of cases) {
  const answer = await decide(world, request);
  doubt(name, request, answer);
  if (!agrees(expect, answer)) problems.push(`CASE     ${name}: ${request.action} is ${answer}, expected ${expect}`);
}
const expected = (word) => cases.filter(({ expect }) => expect === word).length;
console.log(`cases    ${cases.length}: ${expected('Allowed')} that go on working, ${expected('ExplicitlyDenied')} denied, ${expected('ImplicitlyDenied')} not granted, ${expected('Refused')} refused either way`);

const [sweep, decided] = [await sweepOf(world), readDecided()];
const allowed = new Set();
for (const { name, request } of sweep) {
  const answer = await decide(world, request);
  doubt(name, request, answer);
  if (answer === 'Allowed') allowed.add(name);
}
const open = new Set(sweep.filter(({ name, own }) => own !== allowed.has(name)).map(({ name }) => name));
for (const { name, own } of sweep.filter((each) => open.has(each.name))) {
  if (!decided.has(name)) problems.push(`SWEEP    ${name} is ${own ? 'denied: narrow the denial' : 'allowed: deny it'}, or write down why not in sweep_decided.json`);
}
for (const name of decided.keys()) if (!open.has(name)) problems.push(`SWEEP    ${name}: decided already by the policies, take its line out of sweep_decided.json`);
const gates = sweep.filter(({ own }) => !own);
const ofSageMaker = gates.filter(({ request }) => request.action.startsWith('sagemaker:')).length;
console.log(`sweep    ${gates.length} requests on the gate's (${ofSageMaker} of SageMaker), ${gates.filter(({ name }) => open.has(name)).length} allowed with a reason; ${sweep.length - gates.length} on one's own, ${sweep.filter(({ name, own }) => own && open.has(name)).length} denied with a reason`);

// Mutants of a proof that fails anyway would prove nothing.
if (!problems.length && !options.includes('--without-mutants')) problems.push(...(await mutate(allowed)));

for (const line of problems) console.log(line);
console.log(`policies ${world.documents.size} in the plans; ${problems.length} problems`);
process.exitCode = problems.length ? 1 : 0;

/** Two readings of IAM that differ: one of them is wrong, and so the answer is not known. */
function doubt(name, request, answer) {
  const second = opinion(world, request);
  if (second !== answer) problems.push(`DOUBT    ${name}: ${request.action} is ${answer} to the engine, ${second} to the second opinion`);
}

async function mutate(allowed) {
  const accepted = JSON.parse(fs.readFileSync(new URL('mutants_accepted.json', import.meta.url), 'utf8'));
  const reasons = Object.entries(accepted).flatMap(([reason, patterns]) => patterns.map((pattern) => ({ reason, pattern, met: 0 })));
  const size = (key) => JSON.stringify(world.documents.get(key).document).length;
  const keys = [...world.documents.keys()].sort((one, other) => size(other) - size(one));
  const workers = Math.min(4, os.availableParallelism());
  const answers = (await Promise.all(Array.from({ length: workers }, (_, number) => run(keys.filter((__, place) => place % workers === number), allowed)))).flat();

  const survived = answers.flatMap((answer) => answer.survived);
  const found = [];
  for (const name of survived) {
    const reason = reasons.find(({ pattern }) => matchesName(pattern, name));
    if (reason) reason.met += 1;
    else found.push(`SURVIVED ${name}: no case and no sweep notices; add a case, or accept it in mutants_accepted.json with a reason`);
  }
  for (const { pattern, met } of reasons) if (!met) found.push(`STALE    ${pattern}: noticed now, take its line out of mutants_accepted.json`);
  const killed = answers.reduce((sum, answer) => sum + answer.killed, 0);
  console.log(`mutants  ${killed + survived.length}: ${killed} noticed, ${survived.length} survived, ${survived.length - found.filter((line) => line.startsWith('SURVIVED')).length} of them accepted for ${Object.keys(accepted).length} reasons`);
  return found;
}

/** A star in an accepted line stands for anything, so that one line is enough for what every product has. */
function matchesName(pattern, name) {
  return pattern.split('*').every((piece, place, pieces) => {
    const from = place === 0 ? 0 : pieces.from;
    const at = name.indexOf(piece, from);
    pieces.from = at + piece.length;
    return at >= 0 && (place > 0 || at === 0) && (place < pieces.length - 1 || place === 0 ? true : name.endsWith(piece));
  });
}

function run(keys, allowed) {
  return new Promise((resolve, reject) => {
    const answers = [];
    const worker = new Worker(new URL('mutate.mjs', import.meta.url), { workerData: { folder, keys, allowed } });
    worker.on('message', (answer) => answers.push(answer));
    worker.on('error', reject);
    worker.on('exit', (code) => (code ? reject(new Error(`a worker ended with ${code}`)) : resolve(answers)));
  });
}
