// The gate's roles: who wears, passes and edits them.

const EDITS = [
  'AttachRolePolicy', 'DeleteRole', 'DeleteRolePermissionsBoundary', 'DeleteRolePolicy', 'DetachRolePolicy', 'PutRolePermissionsBoundary',
  'PutRolePolicy', 'TagRole', 'UntagRole', 'UpdateAssumeRolePolicy', 'UpdateRole', 'UpdateRoleDescription', 'CreateRole',
];
const SERVICES = ['sagemaker', 'lambda', 'ec2', 'glue', 'states', 'ecs-tasks', 'codebuild', 'events'];
const OF_SERVICES = { check: 'sagemaker', collect: 'sagemaker', score: 'sagemaker', update: 'sagemaker', 'evaluated-model': 'sagemaker', approval: 'sagemaker', 'start-approval': 'lambda', 'copy-artifacts': 'lambda', audit: 'lambda' };

export function roles(list, n, actors) {
  const people = [
    ['an administrator', actors.admin],
    ['a data scientist', actors.scientist],
    ['a keeper of roles', actors.keeper],
  ];
  for (const [role, service] of Object.entries(OF_SERVICES)) {
    const arn = n.role(role);
    for (const [name, who] of people) {
      list.denied(`${name} wears the role ${role}`, who, 'sts:AssumeRole', arn);
      list.notGranted(`${name} tags a session of the role ${role}`, who, 'sts:TagSession', arn);
      for (const to of SERVICES) list.denied(`${name} passes the role ${role} to ${to}`, who, 'iam:PassRole', arn, { 'iam:PassedToService': `${to}.amazonaws.com` });
    }
    for (const action of EDITS) list.denied(`a keeper of roles calls ${action} on the role ${role}`, actors.keeper, `iam:${action}`, arn);
    for (const action of EDITS) list.allowed(`a deployer with everything calls ${action} on the role ${role}`, actors.broadDeployer, `iam:${action}`, arn);
    list.allowed(`a keeper of roles reads the role ${role}`, actors.keeper, 'iam:GetRole', arn);
    list.denied(`a deployer with everything wears the role ${role}`, actors.broadDeployer, 'sts:AssumeRole', arn);
    // What a model wears is handed on by the step that runs it, and by nobody else.
    const passes = role === 'evaluated-model' ? ['denied', 'collect'] : ['allowed', 'approval'];
    list[passes[0]](`a deployer with everything passes the role ${role}`, actors.broadDeployer, 'iam:PassRole', arn, { 'iam:PassedToService': `${service}.amazonaws.com` });
    for (const other of ['approval', 'collect']) {
      const who = { arn: n.role(other), identity: actors.admin.identity };
      list[other === passes[1] ? 'allowed' : 'denied'](`the role ${other}, were it broad, passes the role ${role}`, who, 'iam:PassRole', arn, { 'iam:PassedToService': 'sagemaker.amazonaws.com' });
    }
    // The bypass by a job: SageMaker starts what anybody asks for, with a role that its caller passes.
    list.denied(`the trigger passes the role ${role}`, { arn: n.role('start-approval'), identity: actors.admin.identity }, 'iam:PassRole', arn, { 'iam:PassedToService': 'sagemaker.amazonaws.com' });

    trust(list, n, actors, role, service);
  }
  for (const [name, who] of people) {
    list.allowed(`${name} passes a role of its own`, who, 'iam:PassRole', n.anyRole('training'), { 'iam:PassedToService': 'sagemaker.amazonaws.com' });
  }
  for (const path of [n.role('x').split('role/')[1].split('/')[0], ...n.stepRoles.map((arn) => arn.split('role/')[1].split('/')[0]), 'platform']) {
    list.allowed(`a keeper of roles edits another role of the path ${path}`, actors.keeper, 'iam:PutRolePolicy', n.anyRole(`${path}/own`));
    list.allowed(`a keeper of roles passes another role of the path ${path}`, actors.keeper, 'iam:PassRole', n.anyRole(`${path}/own`), { 'iam:PassedToService': 'sagemaker.amazonaws.com' });
  }
  list.allowed('a keeper of roles creates a role of another name', actors.keeper, 'iam:CreateRole', n.anyRole('training'));
  list.allowed('a keeper of roles edits a role of another name', actors.keeper, 'iam:PutRolePolicy', n.anyRole('training'));
  for (const arn of n.stepRoles) {
    list.denied('an administrator passes the role of an extra step', actors.admin, 'iam:PassRole', arn, { 'iam:PassedToService': 'sagemaker.amazonaws.com' });
    list.denied('a keeper of roles edits the role of an extra step', actors.keeper, 'iam:PutRolePolicy', arn);
    list.allowed('the pipeline passes the role of an extra step', actors.own('approval'), 'iam:PassRole', arn, { 'iam:PassedToService': 'sagemaker.amazonaws.com' });
  }
  for (const [name, arn] of [['reviewer', n.role('reviewer')], ['break-glass', n.role('break-glass')], ['deployer', n.deployer], ['publisher', actors.publisher.arn], ['operator', actors.operator.arn]]) {
    for (const action of EDITS) list.denied(`a keeper of roles calls ${action} on the role of the ${name}`, actors.keeper, `iam:${action}`, arn);
  }
  for (const [kind, provider] of [['OpenIDConnect', 'oidc-provider/token.example.com'], ['SAML', 'saml-provider/people']]) {
    const arn = `arn:${n.partition}:iam::${n.governance}:${provider}`;
    for (const action of [`Create${kind}Provider`, `Delete${kind}Provider`, kind === 'SAML' ? 'UpdateSAMLProvider' : 'UpdateOpenIDConnectProviderThumbprint']) {
      list.denied(`a keeper of roles calls ${action}`, actors.keeper, `iam:${action}`, arn);
      list.allowed(`a deployer with everything calls ${action}`, actors.broadDeployer, `iam:${action}`, arn);
    }
  }
  for (const action of ['AddClientIDToOpenIDConnectProvider', 'RemoveClientIDFromOpenIDConnectProvider']) list.denied(`a keeper of roles calls ${action}`, actors.keeper, `iam:${action}`, `arn:${n.partition}:iam::${n.governance}:oidc-provider/token.example.com`);
}

/** Who wears it, by its own trust; the organisation's policies bind no service. */
function trust(list, n, actors, role, service) {
  const arn = n.role(role);
  const here = { 'aws:SourceAccount': n.governance };
  list.allowed(`${service} wears the role ${role}`, actors.service(service), 'sts:AssumeRole', arn, here);
  for (const other of ['sagemaker', 'lambda', 'ec2', 'events'].filter((each) => each !== service)) {
    list.notGranted(`${other} wears the role ${role}`, actors.service(other), 'sts:AssumeRole', arn, here);
  }
  list.notGranted(`${service} tags its session of the role ${role}`, actors.service(service), 'sts:TagSession', arn, here);
  list.notGranted(`an administrator wears the role ${role}`, actors.admin, 'sts:AssumeRole', arn, {}, { organisation: false });
  if (service === 'sagemaker') {
    list.notGranted(`sagemaker wears the role ${role} for another account`, actors.service(service), 'sts:AssumeRole', arn, { 'aws:SourceAccount': '999999999999' });
    list.notGranted(`sagemaker wears the role ${role} for nobody it names`, actors.service(service), 'sts:AssumeRole', arn);
  }
}
