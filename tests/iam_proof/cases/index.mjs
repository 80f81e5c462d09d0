import { namesOf } from '../names.mjs';
import { actorsOf } from './actors.mjs';
import { CaseList } from './case_list.mjs';
import { deployer } from './deployer.mjs';
import { grants } from './grants.mjs';
import { keys } from './keys.mjs';
import { machinery } from './machinery.mjs';
import { people } from './people.mjs';
import { producers } from './producers.mjs';
import { registry } from './registry.mjs';
import { roles } from './roles.mjs';
import { stores } from './stores.mjs';

/** Every case for the values that *world* was planned with. */
export function casesFor(world) {
  const names = namesOf(world);
  const actors = actorsOf(names);
  const list = new CaseList();
  for (const topic of [producers, registry, people, roles, stores, keys, machinery, grants, deployer]) topic(list, names, actors, world.planned);
  return list.cases;
}
