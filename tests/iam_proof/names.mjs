// What the platform calls things, said once more than in Terraform: a name that drifts there makes cases fail.

/** ARNs and actors over the values that the plans were made with. */
export function namesOf({ values, keyAliases }) {
  const { partition, region, prefix } = values;
  const governance = values.governance_account_id;
  const arn = (service, rest, account = governance) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const role = (name, account = governance) => `arn:${partition}:iam::${account}:role${values.roles.path}${prefix}-${name}`;
  const bucket = (name) => `arn:${partition}:s3:::${name}`;
  const products = Object.entries(values.products).map(([name, { account_id: account }]) => ({
    name,
    account,
    bucket: bucket(`${prefix}-${name}-${account}`),
    key: key(`alias/${prefix}-${name}`),
    registration: role('registration', account),
    forwarder: role('forward-artifacts', account),
    groups: Object.keys(values.groups).filter((group) => values.groups[group].account === account),
  }));

  function key(alias) {
    const found = [...keyAliases].filter(([, each]) => each === alias).map(([each]) => each);
    if (found.length !== 1) throw new Error(`the plans have ${found.length} keys called ${alias}`);
    return found[0];
  }

  const owners = new Map([[`${prefix}-artifacts-${governance}`, governance], [`${prefix}-evidence-${governance}`, governance], ...products.map((product) => [product.bucket.split(':::')[1], product.account])]);

  return {
    /** Whose a resource is; buckets do not say it, and what belongs to nobody is *account*'s own. */
    ownerOf: (resource, account) => resource.split(':')[4] || owners.get(resource.split(':::')[1]?.split('/')[0]) || account,
    governance,
    partition,
    region,
    prefix,
    arn,
    role,
    anyRole: (name, account = governance) => `arn:${partition}:iam::${account}:role/${name}`,
    root: (account = governance) => `arn:${partition}:iam::${account}:root`,
    products,
    groups: Object.entries(values.groups).map(([name, { account }]) => ({ name, account, product: products.find((each) => each.account === account) })),
    group: (name) => arn('sagemaker', `model-package-group/${name}`),
    version: (name, number = 3) => arn('sagemaker', `model-package/${name}/${number}`),
    pipeline: arn('sagemaker', `pipeline/${prefix}-approval`),
    generative: arn('sagemaker', `pipeline/${prefix}-generative-approval`),
    evaluated: Object.entries(values.groups).filter(([, { evaluation }]) => evaluation).map(([name]) => name),
    models: values.generative.bedrock_model_arns,
    guardrails: values.generative.guardrail_arns,
    judges: values.generative.judge_model_arns,
    /** Where the key of a server that is asked lies. */
    targetSecret: values.generative.openai_secret_arn,
    modelImages: values.generative.hosting.image_repository_arns,
    /** What an evaluation makes to run a package's model; `name` is anybody else's. */
    ofEvaluation: (kind, name = 'modelgate-evaluation-abc') => arn('sagemaker', `${kind}/${name}`),
    executionOf: (pipeline) => `${pipeline}/execution/abcdefghijkl`,
    execution: arn('sagemaker', `pipeline/${prefix}-approval/execution/abcdefghijkl`),
    job: arn('sagemaker', 'processing-job/pipelines-abcdefghijkl-check-xyz'),
    artifacts: bucket(`${prefix}-artifacts-${governance}`),
    evidence: bucket(`${prefix}-evidence-${governance}`),
    state: bucket(`${prefix}-tfstate-${governance}`),
    artifact: (name) => `${bucket(`${prefix}-artifacts-${governance}`)}/${name}`,
    record: (name) => `${bucket(`${prefix}-evidence-${governance}`)}/${name}`,
    key,
    aliasOf: (arn) => keyAliases.get(arn),
    /** Accounts with a state of Terraform's. */
    accounts: [...keyAliases.values()].map((alias) => alias.match(/-tfstate-(\d{12})$/)?.[1]).filter(Boolean),
    artifactsKey: key(`alias/${prefix}-artifacts`),
    evidenceKey: key(`alias/${prefix}-evidence`),
    alarmKeys: [...keyAliases].filter(([, alias]) => alias === `alias/${prefix}-alarms`).map(([each]) => each),
    signingKeys: values.signing_keys.map((name) => key(`alias/${prefix}-signing-${name}`)),
    queue: (name, account) => arn('sqs', `${prefix}-${name}`, account),
    lambda: (name) => arn('lambda', `function:${prefix}-${name}`),
    bus: arn('events', `event-bus/${prefix}-artifacts`),
    defaultBus: arn('events', 'event-bus/default'),
    rule: (name) => arn('events', `rule/${prefix}-${name}`),
    topic: (account) => arn('sns', `${prefix}-alarms`, account),
    claims: arn('dynamodb', `table/${prefix}-claims`),
    repository: arn('ecr', `repository/${prefix}-approval`),
    deployer: `arn:${partition}:iam::${governance}:role/${values.deploy_role}`,
    stepRoles: Object.values(values.extra_steps).map(({ role_arn: each }) => each),
  };
}
