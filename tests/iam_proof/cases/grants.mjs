// What each role of the platform may do, in full: every entry must be allowed. From each follow near misses that must be
// refused: the same on something else, something else on the same, and with each key of the context missing or other.

const PIPELINES = 'sagemaker.amazonaws.com';

/** What every role of a step needs so that its job runs at all. */
function job(n) {
  const logs = n.arn('logs', 'log-group:/aws/sagemaker/ProcessingJobs');
  return [
    ['ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer', [n.repository]],
    ['ecr:GetAuthorizationToken', ['*']],
    ['logs:CreateLogGroup logs:DescribeLogStreams', [logs], {}, [n.arn('logs', 'log-group:/aws/sagemaker/TrainingJobs')]],
    ['logs:CreateLogStream logs:PutLogEvents', [`${logs}:log-stream:job/algo-1`], {}, [n.arn('logs', 'log-group:/aws/sagemaker/TrainingJobs:log-stream:job/algo-1')]],
    ['cloudwatch:PutMetricData', ['*'], { 'cloudwatch:namespace': '/aws/sagemaker/ProcessingJobs' }],
    ['kms:Decrypt kms:DescribeKey', [n.artifactsKey]],
    ['kms:CreateGrant', [n.artifactsKey], { 'kms:GrantIsForAWSResource': 'true' }],
    ['ec2:CreateNetworkInterface ec2:CreateNetworkInterfacePermission ec2:DeleteNetworkInterface', [n.arn('ec2', 'network-interface/eni-1')]],
    ['ec2:DeleteNetworkInterfacePermission ec2:DescribeDhcpOptions ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs', ['*']],
  ];
}

/** What every function needs: its logs, its queue and what it sets aside. */
function lambda(n, name) {
  return [
    ['logs:CreateLogStream logs:PutLogEvents', [n.arn('logs', `log-group:/aws/lambda/${n.prefix}-${name}:log-stream:2026/x`)], {}, [n.arn('logs', 'log-group:/aws/lambda/another:log-stream:2026/x')]],
    ['sqs:SendMessage', [n.queue(`${name}-dlq`)]],
  ];
}

const consumes = (n, name) => [['sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage', [n.queue(name)]]];
const READ = 's3:GetObject s3:GetObjectVersion';
const ONCE = { 's3:if-none-match': '*' };
const VIA_S3 = (n) => ({ 'kms:ViaService': `s3.${n.region}.amazonaws.com` });

/** By role, entries of [actions, resources, context, what else of its own kind it must not reach]. */
export function grantsOf(n) {
  const versions = n.groups.map(({ name }) => n.version(name));
  const copies = n.products.map(({ account }) => n.artifact(`${account}/bucket/report.json`));
  const decided = ['approved', 'bundles', 'decisions'].map((folder) => n.record(`${folder}/loan-approval/3/abc.json`));
  const said = (...folders) => folders.map((folder) => n.record(`${folder}/loan-approval/3/abc.json`));
  const results = [n.artifact('executions/1/checks/checks.json'), n.artifact('executions/1/reports/generative/report.json')];
  const answers = [n.artifact('generative/answers/abc.jsonl'), n.artifact('executions/1/answers/collection.json')];
  const [tally, asked, answered] = ['generative/tallies/abc.json', 'executions/1/transform/input/abc.jsonl', 'executions/1/transform/output/abc.out'].map((name) => n.artifact(name));
  const evaluatedVersions = n.evaluated.map((group) => n.version(group));
  const ownCopies = n.products.filter(({ groups }) => groups.some((group) => n.evaluated.includes(group))).map(({ account }) => n.artifact(`${account}/bucket/model.tar.gz`));
  const otherCopies = copies.filter((copy) => !ownCopies.some((own) => own.split('/')[1] === copy.split('/')[1]));
  const [endpoint, config, model, transformed] = ['endpoint', 'endpoint-config', 'model', 'transform-job'].map((kind) => n.ofEvaluation(kind));
  const own = (kind) => [n.ofEvaluation(kind, 'own')];
  const tomorrow = n.record('a-folder-of-tomorrow/x.json');
  const reader = [
    [READ, [...decided, ...said('pinned', 'refusals', 'reverts', 'adopted', 'break-glass', 'reviews')], {}, [tomorrow]],
    ['s3:ListBucket', [n.evidence], {}, [n.artifacts]],
    ['kms:Decrypt', [n.evidenceKey], {}, [n.artifactsKey]],
  ];
  const productsOf = (value) => n.products.map((product) => product[value]);

  const roles = {
    'copy-artifacts': [
      ...lambda(n, 'copy-artifacts'),
      ...consumes(n, 'copy-artifacts'),
      [READ, n.products.map(({ bucket }) => `${bucket}/report.json`)],
      ['s3:ListBucket', productsOf('bucket')],
      ['kms:Decrypt', productsOf('key'), VIA_S3(n)],
      [`s3:AbortMultipartUpload s3:PutObject ${READ}`, copies, {}, [n.artifact('executions/1/x.json'), n.artifact('999999999999/bucket/x')]],
      ['s3:ListBucket s3:ListBucketVersions', [n.artifacts], {}, [n.evidence]],
      [READ, [n.artifact('pinned/gate.json')], {}, [n.artifact('pinned/policy-bundle.json'), n.artifact('pinned/signing-keys.json')]],
      ['kms:Decrypt kms:GenerateDataKey', [n.artifactsKey], {}, [n.evidenceKey]],
    ],
    'start-approval': [
      ...lambda(n, 'start-approval'),
      ...consumes(n, 'start-approval'),
      ['sagemaker:ListPipelineExecutions sagemaker:StartPipelineExecution', [n.pipeline, n.generative]],
      ['sagemaker:DescribeModelPackage', versions],
      ['s3:ListBucket s3:ListBucketVersions', [n.artifacts], {}, [n.evidence]],
      [READ, [n.artifact('pinned/gate.json'), ...copies], {}, [n.artifact('executions/1/checks/checks.json'), n.artifact('pinned/policy-bundle.json')]],
      ['kms:Decrypt', [n.artifactsKey], {}, [n.evidenceKey]],
      ['dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem', [n.claims]],
      ['sqs:SendMessage', [n.queue('start-approval')], {}, [n.queue('copy-artifacts')]],
    ],
    approval: [
      ['sagemaker:AddTags sagemaker:CreateProcessingJob sagemaker:DescribeProcessingJob sagemaker:StopProcessingJob', [n.job], {}, [n.arn('sagemaker', 'processing-job/by-hand')]],
      ['iam:PassRole', [...['check', 'collect', 'score', 'update'].map((name) => n.role(name)), ...n.stepRoles], { 'iam:PassedToService': PIPELINES }, [n.role('approval'), n.role('evaluated-model'), n.role('start-approval'), n.anyRole('acme/own')]],
    ],
    check: [
      ...job(n),
      [READ, [...copies, n.artifact('pinned/policy-bundle.json'), n.artifact('executions/1/reports/stress-test/report.json')]],
      ['s3:ListBucket s3:ListBucketVersions', [n.artifacts]],
      [READ, [...decided, n.record('reviews/loan-approval/3/abc/me.json')], {}, [tomorrow]],
      ['s3:ListBucket', [n.evidence]],
      ['kms:Decrypt', [n.evidenceKey]],
      ['s3:AbortMultipartUpload', results, {}, [n.artifact('pinned/policy-bundle.json')]],
      ['s3:PutObject', results, {}, [n.artifact('pinned/policy-bundle.json'), copies[0], n.artifact('executions/1/reports/stress-test/report.json'), ...answers, n.artifact('generative/tallies/abc.json')]],
      ['kms:GenerateDataKey', [n.artifactsKey], {}, [n.evidenceKey]],
      ['sagemaker:DescribeModelPackage', versions],
    ],
    collect: [
      ...job(n),
      [READ, [...answers.slice(0, 1), answered, ...ownCopies, n.artifact('pinned/gate.json'), n.artifact('pinned/prompts/local/toxicity.jsonl')], {}, [...otherCopies, ...results, tally, asked, ...decided]],
      ['s3:ListBucket s3:ListBucketVersions', [n.artifacts], {}, [n.evidence]],
      ['s3:AbortMultipartUpload', [...answers, asked], {}, [n.artifact('pinned/gate.json')]],
      ['s3:PutObject', answers.slice(0, 1), ONCE, [...results, tally, answered, n.artifact('pinned/evaluations.json'), copies[0], ...decided]],
      ['s3:PutObject', [...answers.slice(1), asked], {}, [...results, tally, answered, n.artifact('pinned/evaluations.json'), copies[0], ...decided]],
      ['kms:GenerateDataKey', [n.artifactsKey], {}, [n.evidenceKey]],
      ['sagemaker:DescribeModelPackage', evaluatedVersions, {}, [n.version('loan-approval')]],
      ['bedrock:InvokeModel', n.models, {}, n.judges],
      ['secretsmanager:GetSecretValue', [n.targetSecret], {}, [n.arn('secretsmanager', 'secret:other-AbCdEf'), `${n.targetSecret.replace(/[^/]*$/, '')}other-AbCdEf`]],
      ['sagemaker:AddTags sagemaker:CreateEndpoint sagemaker:DeleteEndpoint sagemaker:DescribeEndpoint sagemaker:InvokeEndpoint sagemaker:ListTags', [endpoint], {}, own('endpoint')],
      ['sagemaker:AddTags sagemaker:CreateEndpointConfig sagemaker:DeleteEndpointConfig', [config], {}, own('endpoint-config')],
      ['sagemaker:AddTags sagemaker:CreateTransformJob sagemaker:DescribeTransformJob sagemaker:StopTransformJob', [transformed], {}, own('transform-job')],
      ['sagemaker:AddTags sagemaker:DeleteModel', [model], {}, own('model')],
      ['sagemaker:CreateModel', [model], { 'sagemaker:NetworkIsolation': 'true' }, own('model')],
      ['iam:PassRole', [n.role('evaluated-model')], { 'iam:PassedToService': PIPELINES }, ['check', 'collect', 'score', 'update'].map((name) => n.role(name))],
    ],
    score: [
      ...job(n),
      [READ, [...answers, tally, n.artifact('pinned/evaluations.json')], {}, [...copies, ...results, answered, n.artifact('generative/else.json'), ...decided]],
      ['s3:ListBucket s3:ListBucketVersions', [n.artifacts], {}, [n.evidence]],
      ['s3:PutObject', [tally], ONCE, [...results, ...answers, n.artifact('pinned/evaluations.json'), copies[0], ...decided]],
      ['kms:GenerateDataKey', [n.artifactsKey], {}, [n.evidenceKey]],
      ['comprehend:DetectToxicContent', ['*']],
      ['bedrock:ApplyGuardrail', n.guardrails],
      ['bedrock:InvokeModel', n.judges, {}, n.models],
    ],
    'evaluated-model': [
      ['ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer', n.modelImages, {}, [n.repository]],
      ['ecr:GetAuthorizationToken', ['*']],
      [READ, [asked, ...ownCopies], {}, [...otherCopies, answered, ...answers, ...results, tally, n.artifact('pinned/prompts/local/toxicity.jsonl'), ...decided]],
      ['s3:ListBucket', [n.artifacts], {}, [n.evidence]],
      ['s3:AbortMultipartUpload s3:PutObject', [answered], {}, [asked, ...answers, ...results, tally, ...ownCopies, ...decided]],
      ['kms:Decrypt kms:GenerateDataKey', [n.artifactsKey], {}, [n.evidenceKey]],
    ],
    update: [
      ...job(n),
      [READ, [...copies, n.artifact('executions/1/checks/checks.json'), n.artifact('pinned/gate.json')]],
      ['s3:ListBucket s3:ListBucketVersions', [n.artifacts]],
      ['s3:PutObject', [...decided, ...said('pinned', 'refusals', 'reverts')], ONCE, [n.artifact('executions/1/checks/checks.json'), n.artifact('pinned/gate.json'), ...said('adopted', 'break-glass', 'reviews'), tomorrow]],
      [READ, [...decided, ...said('pinned', 'refusals', 'reverts', 'adopted', 'break-glass', 'reviews')], {}, [tomorrow]],
      ['s3:ListBucket', [n.evidence]],
      ['kms:Decrypt kms:GenerateDataKey', [n.evidenceKey]],
      ['kms:Sign', n.signingKeys, {}, [n.evidenceKey, n.artifactsKey]],
      ['cloudwatch:PutMetricData', ['*'], { 'cloudwatch:namespace': 'modelgate' }],
      ['sagemaker:DescribeModelPackage', versions],
      ['sagemaker:UpdateModelPackage', versions],
    ],
    reviewer: [
      ['s3:PutObject', [n.record('reviews/loan-approval/3/abc/AROAEXAMPLE:ada.json')], { 'aws:userid': 'AROAEXAMPLE:ada', ...ONCE }, [n.record('decisions/loan-approval/3/abc.json')]],
      ...reader,
      ['kms:GenerateDataKey', [n.evidenceKey], {}, [n.artifactsKey]],
      ['sagemaker:DescribeModelPackage', versions],
      ['sqs:GetQueueUrl sqs:SendMessage', [n.queue('start-approval')], {}, [n.queue('copy-artifacts')]],
    ],
  };
  roles['break-glass'] = [
    ['s3:PutObject', said('break-glass'), ONCE, [...decided, ...said('adopted', 'reviews'), tomorrow]],
    ...reader,
    ['kms:GenerateDataKey', [n.evidenceKey], {}, [n.artifactsKey]],
    ['sagemaker:DescribeModelPackage sagemaker:UpdateModelPackage', versions],
  ];
  roles.audit = [
    ...lambda(n, 'audit'),
    ['sagemaker:DescribeModelPackage sagemaker:ListModelPackages', versions],
    ['sagemaker:ListPipelineExecutions', [n.pipeline, n.generative]],
    ['sagemaker:ListEndpoints sagemaker:ListTransformJobs', ['*']],
    ['sagemaker:DeleteEndpoint sagemaker:DescribeEndpoint sagemaker:ListTags', [endpoint], {}, own('endpoint')],
    ['sagemaker:DeleteEndpointConfig', [config], {}, own('endpoint-config')],
    ['sagemaker:DeleteModel', [model], {}, own('model')],
    ['sagemaker:DescribeTransformJob sagemaker:ListTags sagemaker:StopTransformJob', [transformed], {}, own('transform-job')],
    ['sagemaker:ListPipelineParametersForExecution', [n.execution, n.executionOf(n.generative)], {}, [n.arn('sagemaker', 'pipeline/own/execution/abcdefghijkl')]],
    ...reader.slice(0, 1),
    ['s3:ListBucket', [n.artifacts, n.evidence]],
    ['s3:ListBucketVersions', [n.artifacts], {}, [n.evidence]],
    [READ, [n.artifact('pinned/gate.json'), n.artifact('pinned/signing-keys.json')], {}, [n.artifact('pinned/policy-bundle.json'), copies[0]]],
    ['s3:PutObject', [n.record('adopted/loan-approval.json')], ONCE, [...decided, ...said('break-glass', 'reviews'), tomorrow]],
    ['kms:Decrypt', [n.artifactsKey, n.evidenceKey]],
    ['kms:GenerateDataKey', [n.evidenceKey], {}, [n.artifactsKey]],
    ['kms:Verify', n.signingKeys, {}, [n.evidenceKey]],
    ['dynamodb:GetItem dynamodb:PutItem', [n.claims]],
    ['sqs:SendMessage', [n.queue('start-approval')], {}, [n.queue('copy-artifacts')]],
    ['sqs:GetQueueAttributes', ['copy-artifacts-dlq', 'start-approval-dlq'].map((name) => n.queue(name))],
    ['events:PutEvents', [n.defaultBus], { 'events:source': 'modelgate.audit' }, [n.bus]],
    ['cloudwatch:PutMetricData', ['*'], { 'cloudwatch:namespace': 'modelgate' }],
  ];
  const others = (product) => n.products.filter((each) => each !== product).map(({ groups: [group] }) => n.version(group));
  const ofProducts = n.products.map((product) => [product, {
    registration: [
      [`s3:AbortMultipartUpload s3:PutObject ${READ}`, [`${product.bucket}/churn/report.json`], {}, [n.artifact(`${product.account}/bucket/x`)]],
      ['s3:ListBucket s3:ListBucketVersions', [product.bucket]],
      ['kms:Decrypt kms:GenerateDataKey', [product.key]],
      ['sagemaker:CreateModelPackage', product.groups.map((name) => n.version(name)), { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' }, others(product)],
      ['sagemaker:DescribeModelPackage sagemaker:ListModelPackages', product.groups.map((name) => n.version(name)), {}, others(product)],
      ['sagemaker:DescribeModelPackageGroup', product.groups.map((name) => n.group(name))],
    ],
    'forward-artifacts': [['events:PutEvents', [n.bus], {}, [n.defaultBus]]],
  }]);
  return [
    ...Object.entries(roles).map(([name, entries]) => [n.role(name), name, entries]),
    ...ofProducts.flatMap(([product, own]) => Object.entries(own).map(([name, entries]) => [n.role(name, product.account), `${product.name}'s ${name}`, entries])),
  ];
}

/** Something of the same kind that no role of the platform has anything to do with. */
function elsewhere(n, resource) {
  const [, , service, , , ...rest] = resource.split(':');
  const kind = rest.join(':').match(/^[a-z-]+/)?.[0];
  const account = resource.split(':')[4];
  if (service === 'kms') return n.key(`alias/${n.prefix}-tfstate-${account}`);
  if (service === 's3') return resource.includes('/') ? 'arn:aws:s3:::strange/x.json' : 'arn:aws:s3:::strange';
  if (service === 'iam') return n.anyRole('strange');
  if (service === 'logs') return resource.replace(/log-group:[^:]+/, 'log-group:/strange');
  if (resource.includes('/execution/')) return n.arn('sagemaker', 'pipeline/strange/execution/abcdefghijkl');
  if (service === 'secretsmanager') return n.arn(service, 'secret:strange-AbCdEf');
  if (service === 'bedrock') return resource.replace(/\/.*/, '/strange');
  const named = { ecr: 'repository/strange', events: 'event-bus/strange', dynamodb: 'table/strange', sqs: 'strange' }[service];
  if (named) return n.arn(service, named);
  return { 'model-package': n.version('strange'), 'model-package-group': n.group('strange'), pipeline: n.arn('sagemaker', 'pipeline/strange'), 'processing-job': n.arn('sagemaker', 'processing-job/strange') }[kind] ?? (service === 'sagemaker' ? n.ofEvaluation(kind, 'strange') : undefined);
}

/** Something that no entry grants, on a resource of this kind. */
function somethingElse(resource) {
  if (resource === '*') return undefined;
  const [, , service, , , ...rest] = resource.split(':');
  const kind = rest.join(':').match(/^[a-z-]+/)?.[0];
  return {
    bedrock: resource.includes(':guardrail/') ? ['bedrock:UpdateGuardrail'] : ['bedrock:InvokeModelWithResponseStream'],
    dynamodb: ['dynamodb:DeleteTable'],
    secretsmanager: ['secretsmanager:PutSecretValue', 'secretsmanager:DescribeSecret'],
    ecr: ['ecr:PutImage'],
    events: ['events:DeleteEventBus'],
    iam: ['iam:DeleteRole'],
    kms: ['kms:ScheduleKeyDeletion', 'kms:Encrypt'],
    logs: resource.includes('log-stream') ? ['logs:DeleteLogStream'] : ['logs:DeleteLogGroup'],
    s3: resource.includes('/') ? ['s3:DeleteObject', 's3:PutObjectTagging'] : ['s3:DeleteBucket', 's3:GetBucketPolicy'],
    sagemaker: { 'model-package': ['sagemaker:DeleteModelPackage', 'sagemaker:AddTags'], 'model-package-group': ['sagemaker:DeleteModelPackageGroup'], pipeline: ['sagemaker:DescribePipeline', 'sagemaker:UpdatePipeline'], 'processing-job': ['sagemaker:DeleteProcessingJob'], endpoint: ['sagemaker:UpdateEndpoint', 'sagemaker:UpdateEndpointWeightsAndCapacities'], 'endpoint-config': ['sagemaker:DescribeEndpointConfig'], model: ['sagemaker:DescribeModel'], 'transform-job': ['sagemaker:DeleteTags'] }[kind],
    sqs: ['sqs:PurgeQueue', 'sqs:ListQueueTags'],
  }[service];
}

const short = (resource) => resource.split(':').slice(5).join(':').replace(/^key\/.*?0*(\d+)$/, 'key $1') || resource;

export function grants(list, n) {
  for (const [arn, name, entries] of grantsOf(n)) {
    const who = { arn };
    const account = arn.split(':')[4];
    // Its own policies must refuse by themselves: neither the organisation nor the resource's own policy helps.
    const refuse = (action, resource, context, why = marks(context)) => {
      const foreign = n.ownerOf(resource, account) !== account;
      const options = { organisation: false, door: foreign ? 'open' : action.startsWith('kms:') ? undefined : 'none' };
      const sentence = `${name} may not ${action} on ${short(resource)}${why}`;
      if (!list.has(sentence, options)) list.refused(sentence, who, action, resource, context, options);
    };
    for (const [actions, resources, context = {}, beyond = []] of entries) {
      for (const action of actions.split(' ')) {
        for (const resource of resources) list.allowed(`${name} may ${action} on ${short(resource)}${marks(context)}`, who, action, resource, context);
        for (const other of [...beyond, elsewhere(n, resources[0])].filter(Boolean)) refuse(action, other, context);
        const alias = resources[0].includes(':key/') && n.aliasOf(resources[0]);
        if (alias) refuse(action, n.arn('kms', 'key/strange', '999999999999'), { ...context, 'kms:ResourceAliases': [alias] }, ` by its alias ${alias}`);
        for (const [key, value] of Object.entries(context)) {
          if (key === 's3:if-none-match') continue; // asked for by the bucket, see stores.mjs
          const { [key]: _, ...others } = context;
          if (key !== 'events:source') refuse(action, resources[0], others, ` without ${key} ${value}`); // every event says its source
          if (value !== '*') refuse(action, resources[0], { ...others, [key]: value === 'true' ? 'false' : 'strange' }, ` with another ${key} than ${value}`);
        }
      }
      const global = Object.fromEntries(Object.entries(context).filter(([key]) => key.startsWith('aws:') || key === 'kms:ViaService'));
      for (const resource of resources) for (const action of somethingElse(resource) ?? []) refuse(action, resource, global);
    }
  }
}

const marks = (context) => {
  const said = Object.entries(context).map(([key, value]) => `${key} ${value}`);
  return said.length ? ` (${said.join(', ')})` : '';
};
