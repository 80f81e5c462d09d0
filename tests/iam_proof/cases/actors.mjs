// Whom the cases are about beside the platform's own roles: people and programs whose policies no plan of ours holds.
import { ALLOW_ALL } from '../simulate.mjs';

const may = (...actions) => ({ Version: '2012-10-17', Statement: [{ Sid: 'StandIn', Effect: 'Allow', Action: actions, Resource: '*' }] });

export function actorsOf(n) {
  const own = (name) => ({ arn: n.role(name) });
  return {
    own,
    /** A role of the governance account whose policies are as broad as they get. */
    admin: { arn: n.anyRole('administrator'), identity: ALLOW_ALL },
    /** People who train models in the governance account. */
    scientist: { arn: n.anyRole('data-scientist'), identity: may('sagemaker:*', 's3:*', 'iam:PassRole') },
    /** Whoever keeps roles there. */
    keeper: { arn: n.anyRole('role-keeper'), identity: may('iam:*', 'sagemaker:*', 'sts:*') },
    root: { arn: n.root(), identity: ALLOW_ALL },
    publisher: { arn: n.anyRole('platform/modelgate-image'), identity: ALLOW_ALL },
    /** Whoever puts dead letters back. */
    operator: { arn: n.anyRole('platform/on-call'), identity: ALLOW_ALL },
    /** The deployer as broad as an account without a policy for it would make it. */
    broadDeployer: { arn: n.deployer, identity: ALLOW_ALL },
    outsider: { arn: n.anyRole('administrator', '999999999999'), identity: ALLOW_ALL },
    service: (name) => ({ arn: `${name}.amazonaws.com` }),
    /** A role of a product account, as broad as a team can make it. */
    inProduct: (name, account) => ({ arn: n.anyRole(name, account), identity: ALLOW_ALL }),
    /** The registration role, after its team has given it everything. */
    registrar: (product) => ({ arn: product.registration, identity: ALLOW_ALL }),
    registration: (product) => ({ arn: product.registration }),
  };
}
