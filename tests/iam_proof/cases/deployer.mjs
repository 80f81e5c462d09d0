// The role that applies the platform, with the documents that bootstrap hands out and nothing else. What it must do follows
// from the resources of the plans: by type, what the provider calls. A type without a line here is refused.
import { APPROVED, PENDING } from './producers.mjs';

const TAGS = 'TagResource UntagResource';
const EVERY_SETTING_OF_A_BUCKET = [
  'CreateBucket GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketObjectLockConfiguration',
  'GetBucketPolicy GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration',
  'GetLifecycleConfiguration GetReplicationConfiguration ListBucket PutBucketTagging',
].join(' ');

/** By resource type: the service, what is called on the resource, and what else is asked for. */
const CALLS = {
  aws_cloudwatch_event_bus: ['events', `CreateEventBus DescribeEventBus ListTagsForResource ${TAGS}`],
  aws_cloudwatch_event_bus_policy: ['events', '', (n) => [['events:PutPermission events:RemovePermission', '*']]],
  aws_cloudwatch_event_rule: ['events', `DeleteRule DescribeRule ListTagsForResource PutRule ${TAGS}`],
  aws_cloudwatch_event_target: ['events', ''], // on the rule, see ON_RULES
  aws_cloudwatch_log_group: ['logs', `CreateLogGroup ListTagsForResource PutRetentionPolicy ${TAGS}`, () => [['logs:DescribeLogGroups', '*']]],
  aws_cloudwatch_metric_alarm: ['cloudwatch', `DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm ${TAGS}`],
  aws_dynamodb_table: ['dynamodb', `CreateTable DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource UpdateContinuousBackups UpdateTable UpdateTimeToLive ${TAGS}`],
  aws_ecr_lifecycle_policy: ['ecr', ''],
  aws_ecr_repository: ['ecr', `CreateRepository DeleteRepositoryPolicy DescribeRepositories GetLifecyclePolicy GetRepositoryPolicy ListTagsForResource PutImageScanningConfiguration PutImageTagMutability PutLifecyclePolicy SetRepositoryPolicy ${TAGS}`],
  aws_ecr_repository_policy: ['ecr', ''],
  aws_iam_role: ['iam', 'CreateRole DeleteRole DeleteRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole'],
  aws_iam_role_policy: ['iam', ''],
  aws_kms_alias: ['kms', 'CreateAlias', () => [['kms:ListAliases', '*']]],
  aws_kms_key: ['kms', 'CreateAlias DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus GetPublicKey ListResourceTags PutKeyPolicy UntagResource UpdateKeyDescription', () => [['kms:CreateKey', '*', OURS]]],
  aws_lambda_event_source_mapping: ['lambda', '', (n) => [
    ['lambda:CreateEventSourceMapping', '*', { 'lambda:FunctionArn': n.lambda('start-approval') }],
    ['lambda:DeleteEventSourceMapping lambda:GetEventSourceMapping lambda:UpdateEventSourceMapping', n.arn('lambda', 'event-source-mapping:1'), { 'lambda:FunctionArn': n.lambda('start-approval') }],
    ['lambda:ListEventSourceMappings', '*'],
  ]],
  aws_lambda_function: ['lambda', `AddPermission CreateFunction DeleteFunction GetFunction GetFunctionCodeSigningConfig GetFunctionConfiguration GetPolicy ListTags ListVersionsByFunction RemovePermission UpdateFunctionCode UpdateFunctionConfiguration ${TAGS}`],
  aws_lambda_permission: ['lambda', ''],
  aws_s3_bucket: ['s3', EVERY_SETTING_OF_A_BUCKET],
  aws_s3_bucket_lifecycle_configuration: ['s3', 'PutLifecycleConfiguration'],
  aws_s3_bucket_notification: ['s3', 'GetBucketNotification PutBucketNotification'],
  aws_s3_bucket_object_lock_configuration: ['s3', 'GetBucketObjectLockConfiguration PutBucketObjectLockConfiguration'],
  aws_s3_bucket_ownership_controls: ['s3', 'GetBucketOwnershipControls PutBucketOwnershipControls'],
  aws_s3_bucket_policy: ['s3', 'DeleteBucketPolicy GetBucketPolicy PutBucketPolicy'],
  aws_s3_bucket_public_access_block: ['s3', 'GetBucketPublicAccessBlock PutBucketPublicAccessBlock'],
  aws_s3_bucket_server_side_encryption_configuration: ['s3', 'GetEncryptionConfiguration PutEncryptionConfiguration'],
  aws_s3_bucket_versioning: ['s3', 'GetBucketVersioning PutBucketVersioning'],
  aws_s3_object: ['s3', ''], // see pinned
  aws_sagemaker_model_package_group: ['sagemaker', 'AddTags CreateModelPackageGroup DeleteModelPackageGroup DeleteModelPackageGroupPolicy DeleteTags DescribeModelPackageGroup GetModelPackageGroupPolicy ListTags PutModelPackageGroupPolicy'],
  aws_sagemaker_model_package_group_policy: ['sagemaker', ''],
  aws_sagemaker_pipeline: ['sagemaker', 'AddTags CreatePipeline DeleteTags DescribePipeline ListTags UpdatePipeline'],
  aws_sns_topic: ['sns', `CreateTopic GetSubscriptionAttributes GetTopicAttributes ListTagsForResource SetTopicAttributes Subscribe Unsubscribe ${TAGS}`],
  aws_sns_topic_policy: ['sns', ''],
  aws_sns_topic_subscription: ['sns', ''],
  aws_sqs_queue: ['sqs', 'CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue'],
};
const ON_RULES = 'ListTargetsByRule PutTargets RemoveTargets';
const OURS = { 'aws:RequestTag/platform': 'modelgate' };
const TAGGED = { 'aws:ResourceTag/platform': 'modelgate' };

export function deployer(list, n, actors, planned) {
  const deployerOf = (account) => ({ arn: n.deployer.replace(n.governance, account) });
  const applied = planned.filter(({ root }) => root !== 'organization');
  const seen = new Set();
  for (const resource of applied) {
    const calls = CALLS[resource.type];
    if (!calls) throw new Error(`${resource.address}: nobody has said what applying ${resource.type} calls; add it to cases/deployer.mjs`);
    const where = resource.arn ?? (resource.type.startsWith('aws_s3_bucket_') ? bucketBeside(resource, applied) : undefined);
    const words = [...(where ? calls[1].split(' ').filter(Boolean) : []), ...(resource.type === 'aws_cloudwatch_event_rule' ? ON_RULES.split(' ') : [])];
    for (const word of words) add(resource.account, `${calls[0]}:${word}`, where, calls[0] === 'kms' && resource.type === 'aws_kms_key' ? TAGGED : {});
    for (const [actions, on, context] of calls[2]?.(n) ?? []) for (const action of actions.split(' ')) add(resource.account, action, on, context);
  }

  function add(account, action, resource, context = {}) {
    const name = `the deployer of ${account} calls ${action} on ${resource.split(':').slice(5).join(':') || resource}`;
    if (seen.has(name)) return;
    seen.add(name);
    list.allowed(name, deployerOf(account), action, resource, context);
  }

  for (const account of [n.governance, ...n.products.map((each) => each.account)]) everywhere(list, n, account, deployerOf(account));
  governance(list, n, deployerOf(n.governance));
}

function bucketBeside({ address, account, root }, planned) {
  const module = address.replace(/aws_s3_bucket_\w+\..*/, '');
  return planned.find((each) => each.type === 'aws_s3_bucket' && each.account === account && each.root === root && each.address.startsWith(module)).arn;
}

function everywhere(list, n, account, who) {
  const name = `the deployer of ${account}`;
  const state = n.state.replace(n.governance, account);
  const key = n.key(`alias/${n.prefix}-tfstate-${account}`);
  const viaS3 = { 'kms:ViaService': `s3.${n.region}.amazonaws.com` };
  const notGranted = (sentence, action, resource, context) => list.notGranted(`${name} ${sentence}`, who, action, resource, context, { organisation: false, door: action.startsWith('kms:') ? undefined : 'none' });
  const refused = (sentence, action, resource, context) => list.refused(`${name} ${sentence}`, who, action, resource, context);
  // Without the organisation too: its own documents keep it out.
  const denied = (sentence, action, resource, context) => list.denied(`${name} ${sentence}`, who, action, resource, context, { organisation: false });
  // What is merely not granted is asked without the resource's own policy and the organisation's.
  const none = (sentence, action, resource, context) => list.refused(`${name} ${sentence}`, who, action, resource, context, { organisation: false, door: action.startsWith('kms:') ? undefined : 'none' });

  for (const action of ['s3:GetObject', 's3:PutObject']) {
    list.allowed(`${name} calls ${action} on the state`, who, action, `${state}/governance.tfstate`);
    list.allowed(`${name} calls ${action} on the lock`, who, action, `${state}/governance.tfstate.tflock`);
    denied(`calls ${action} on something else beside the state`, action, `${state}/else.json`);
    none(`calls ${action} on another account's state`, action, `${n.state.replace(n.governance, '999999999999')}/governance.tfstate`);
  }
  list.allowed(`${name} lets go of the lock`, who, 's3:DeleteObject', `${state}/governance.tfstate.tflock`);
  none('deletes the state', 's3:DeleteObject', `${state}/governance.tfstate`);
  none('deletes a version of the state', 's3:DeleteObjectVersion', `${state}/governance.tfstate`);
  none('tags the lock', 's3:PutObjectTagging', `${state}/governance.tfstate.tflock`);
  for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) {
    list.allowed(`${name} calls ${action} for the state`, who, action, key, viaS3);
    none(`calls ${action} for the state past S3`, action, key, { 'kms:ViaService': `lambda.${n.region}.amazonaws.com` });
    none(`calls ${action} for nobody`, action, key);
    none(`calls ${action} with another key`, action, account === n.governance ? n.evidenceKey : n.products.find((each) => each.account === account).key, viaS3);
    list.refused(`${name} calls ${action} with a strange key of the same alias`, who, action, n.arn('kms', 'key/strange', '999999999999'), { ...viaS3, 'kms:ResourceAliases': [`alias/${n.prefix}-tfstate-${account}`] }, { organisation: false, door: 'open' });
  }
  none('encrypts by hand', 'kms:Encrypt', key, viaS3);
  list.allowed(`${name} tags a new key`, who, 'kms:TagResource', key, OURS);
  none('makes a key that is not ours', 'kms:CreateKey', '*');
  none('makes a key of another platform', 'kms:CreateKey', '*', { 'aws:RequestTag/platform': 'own' });
  none('deletes a key that it tags', 'kms:ScheduleKeyDeletion', key, TAGGED);
  none('gives a key away', 'kms:CreateGrant', key, TAGGED);
  none("changes a strange key's policy", 'kms:PutKeyPolicy', key);
  none("changes another platform's key's policy", 'kms:PutKeyPolicy', key, { 'aws:ResourceTag/platform': 'own' });
  none('takes our tag off a key of another', 'kms:UntagResource', key, { 'aws:RequestTag/platform': 'modelgate' });
  list.refused(`${name} manages another account's key`, who, 'kms:PutKeyPolicy', n.arn('kms', 'key/theirs', '999999999999'), TAGGED, { organisation: false, door: 'open' });
  none('moves an alias', 'kms:UpdateAlias', n.arn('kms', `alias/${n.prefix}-artifacts`, account));
  none('names a key of its own choice', 'kms:CreateAlias', n.arn('kms', 'alias/own', account));

  denied('signs', 'kms:Sign', key);
  for (const action of ['RetryPipelineExecution', 'StopPipelineExecution', 'UpdatePipelineExecution', 'SendPipelineExecutionStepSuccess', 'SendPipelineExecutionStepFailure']) denied(`calls ${action}`, `sagemaker:${action}`, n.execution);
  for (const [word, status] of [['approves', APPROVED], ['edits without a status', {}]]) denied(word, 'sagemaker:UpdateModelPackage', n.version('loan-approval'), status);
  denied('registers', 'sagemaker:CreateModelPackage', n.version('loan-approval'), PENDING);
  denied('starts an execution', 'sagemaker:StartPipelineExecution', n.pipeline);
  notGranted('describes a version', 'sagemaker:DescribeModelPackage', n.version('own').replace(n.governance, account));
  notGranted('tags a version', 'sagemaker:AddTags', n.version('own').replace(n.governance, account));
  notGranted('takes a session of a token', 'sts:GetFederationToken', `arn:${n.partition}:sts::${account}:federated-user/own`);
  denied('edits a role of the same path', 'iam:PutRolePolicy', n.anyRole(`${n.role('x').split('role/')[1].split('/')[0]}/own`, account));
  for (const role of ['administrator', 'modelgate-image']) {
    denied(`edits the role ${role}`, 'iam:PutRolePolicy', n.anyRole(role, account));
    denied(`wears the role ${role}`, 'sts:AssumeRole', n.anyRole(role, account));
    denied(`reads the role ${role}`, 'iam:GetRole', n.anyRole(role, account));
  }
  denied('edits its own role', 'iam:PutRolePolicy', who.arn);
  denied('attaches a policy to its own role', 'iam:AttachRolePolicy', who.arn);
  denied("changes its own role's trust", 'iam:UpdateAssumeRolePolicy', who.arn);
  none('attaches a managed policy to a role of the platform', 'iam:AttachRolePolicy', n.role('own', account));
  none('lifts the boundary of a role of the platform', 'iam:DeleteRolePermissionsBoundary', n.role('own', account));
  denied('makes a user', 'iam:CreateUser', `arn:${n.partition}:iam::${account}:user/own`);
  denied('makes a managed policy', 'iam:CreatePolicy', `arn:${n.partition}:iam::${account}:policy/own`);
  denied('makes an identity provider', 'iam:CreateOpenIDConnectProvider', `arn:${n.partition}:iam::${account}:oidc-provider/token.example.com`);

  for (const [action, resource] of [
    ['sqs:SendMessage', n.queue('forward-artifacts-dlq', account)], ['sqs:ReceiveMessage', n.queue('forward-artifacts-dlq', account)],
    ['sqs:DeleteMessage', n.queue('forward-artifacts-dlq', account)], ['sqs:PurgeQueue', n.queue('forward-artifacts-dlq', account)],
    ['lambda:InvokeFunction', n.arn('lambda', `function:${n.prefix}-audit`, account)], ['events:PutEvents', n.arn('events', 'event-bus/default', account)],
  ]) denied(`calls ${action}`, action, resource);
  denied('counts', 'cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'modelgate' });
  none('publishes on the topic', 'sns:Publish', n.topic(account));
  none('moves dead letters', 'sqs:StartMessageMoveTask', n.queue('forward-artifacts-dlq', account));
  none('disables a rule', 'events:DisableRule', n.arn('events', `rule/${n.prefix}-forward-artifacts`, account));
  none('disables an alarm', 'cloudwatch:DisableAlarmActions', n.arn('cloudwatch', `alarm:${n.prefix}-x`, account));
  none('empties a bucket', 's3:DeleteBucket', state);
  none('opens a bucket to replication', 's3:PutReplicationConfiguration', state);
  none('takes a machine', 'ec2:RunInstances', n.arn('ec2', 'instance/i-1', account));

  // The same on what is not the platform's.
  const strange = (service, rest) => n.arn(service, rest, account);
  for (const [actions, resource] of [
    ['sqs:CreateQueue sqs:DeleteQueue sqs:SetQueueAttributes', strange('sqs', 'own')],
    ['events:PutRule events:PutTargets events:DeleteRule', strange('events', 'rule/own')],
    ['events:PutRule', strange('events', 'rule/own-bus/own')],
    ['cloudwatch:PutMetricAlarm cloudwatch:DeleteAlarms', strange('cloudwatch', 'alarm:own')],
    ['sns:CreateTopic sns:Subscribe', strange('sns', 'own')],
    ['s3:CreateBucket s3:PutBucketPolicy', 'arn:aws:s3:::own'],
    ['s3:PutBucketPolicy', `arn:aws:s3:::${n.prefix}-own-${account}`],
  ]) for (const action of actions.split(' ')) notGranted(`calls ${action} on ${resource.split(':').slice(5).join(':')}`, action, resource);
  if (account !== n.governance) inProduct(list, n, account, who, name, none, notGranted);
  refused('leaves the organisation', 'organizations:LeaveOrganization', '*');
}

function inProduct(list, n, account, who, name, none, notGranted) {
  const toEvents = { 'iam:PassedToService': 'events.amazonaws.com' };
  list.allowed(`${name} hands EventBridge the forwarder`, who, 'iam:PassRole', n.role('forward-artifacts', account), toEvents);
  none('hands another service the forwarder', 'iam:PassRole', n.role('forward-artifacts', account), { 'iam:PassedToService': 'lambda.amazonaws.com' });
  none('hands the forwarder over', 'iam:PassRole', n.role('forward-artifacts', account));
  none('hands EventBridge the registration role', 'iam:PassRole', n.role('registration', account), toEvents);
  none('deletes the forwarder with the service named', 'iam:DeleteRolePermissionsBoundary', n.role('forward-artifacts', account));
  const evidence = `${n.products.find((each) => each.account === account).bucket}/report.json`;
  list.denied(`${name} reads evidence`, who, 's3:GetObject', evidence, {}, { organisation: false });
  list.denied(`${name} writes evidence`, who, 's3:PutObject', evidence, {}, { organisation: false });
  notGranted('makes a function', 'lambda:CreateFunction', n.arn('lambda', `function:${n.prefix}-own`, account));
}

function governance(list, n, who) {
  const alone = { organisation: false };
  const denied = (sentence, action, resource, context) => list.denied(`the deployer ${sentence}`, who, action, resource, context, alone);
  const none = (sentence, action, resource, context) => list.refused(`the deployer ${sentence}`, who, action, resource, context, { ...alone, door: action.startsWith('kms:') ? undefined : 'none' });
  none('deletes a version', 'sagemaker:DeleteModelPackage', n.version('loan-approval'));
  none('deletes the pipeline', 'sagemaker:DeletePipeline', n.pipeline);
  none('changes another pipeline', 'sagemaker:UpdatePipeline', n.arn('sagemaker', 'pipeline/own'));
  none('changes a pipeline whose name begins alike', 'sagemaker:UpdatePipeline', `${n.pipeline}-own`);
  none('creates a job', 'sagemaker:CreateProcessingJob', n.job);
  none('adds a version to the pipeline', 'sagemaker:UpdatePipelineVersion', n.pipeline);
  none('shares a group', 'ram:CreateResourceShare', '*');

  for (const object of ['decisions/loan-approval/3/abc.json', 'reviews/loan-approval/3/abc/me.json', 'break-glass/loan-approval/3/abc.json', 'adopted/loan-approval.json', 'pinned/abc.json']) {
    denied(`reads ${object}`, 's3:GetObject', n.record(object));
    denied(`writes ${object}`, 's3:PutObject', n.record(object), { 's3:if-none-match': '*' });
    denied(`deletes ${object}`, 's3:DeleteObject', n.record(object));
    denied(`lifts the lock of ${object}`, 's3:PutObjectRetention', n.record(object));
  }
  for (const object of ['333333333333/bucket/report.json', 'executions/1/checks/checks.json']) {
    denied(`reads ${object}`, 's3:GetObject', n.artifact(object));
    denied(`writes ${object}`, 's3:PutObject', n.artifact(object));
  }
  for (const action of ['GetObject', 'GetObjectTagging', 'PutObject', 'PutObjectTagging']) list.allowed(`the deployer calls ${action} on the gate document`, who, `s3:${action}`, n.artifact('pinned/gate.json'));
  none('deletes the gate document', 's3:DeleteObject', n.artifact('pinned/gate.json'));
  none('reads an older gate document', 's3:GetObjectVersion', n.artifact('pinned/gate.json'));
  const viaS3 = { 'kms:ViaService': `s3.${n.region}.amazonaws.com` };
  for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) list.allowed(`the deployer calls ${action} for what is pinned`, who, action, n.artifactsKey, viaS3);

  const hands = { 'start-approval': 'lambda', 'copy-artifacts': 'lambda', audit: 'lambda', approval: 'sagemaker' };
  for (const role of ['start-approval', 'copy-artifacts', 'audit', 'approval', 'check', 'update', 'reviewer', 'break-glass']) {
    for (const service of ['sagemaker', 'lambda', 'ec2', 'events']) {
      const context = { 'iam:PassedToService': `${service}.amazonaws.com` };
      if (hands[role] === service) list.allowed(`the deployer hands ${service} the role ${role}`, who, 'iam:PassRole', n.role(role), context);
      else none(`hands ${service} the role ${role}`, 'iam:PassRole', n.role(role), context);
    }
    none(`hands the role ${role} over`, 'iam:PassRole', n.role(role));
    denied(`wears the role ${role}`, 'sts:AssumeRole', n.role(role));
  }

  for (const [actions, resource, context] of [
    ['lambda:CreateFunction lambda:UpdateFunctionCode', n.arn('lambda', 'function:own')],
    ['logs:CreateLogGroup logs:PutRetentionPolicy', n.arn('logs', 'log-group:/aws/lambda/own')],
    ['logs:DeleteLogGroup', n.arn('logs', `log-group:/aws/lambda/${n.prefix}-audit`)],
    ['lambda:PutFunctionConcurrency lambda:CreateFunctionUrlConfig', n.lambda('audit')],
    ['lambda:CreateEventSourceMapping', '*'],
    ['lambda:CreateEventSourceMapping', '*', { 'lambda:FunctionArn': n.arn('lambda', 'function:own') }],
    ['events:CreateEventBus', n.arn('events', 'event-bus/own')],
    ['events:DeleteEventBus', n.bus],
    ['dynamodb:CreateTable', n.arn('dynamodb', 'table/own')],
    ['dynamodb:PutItem dynamodb:GetItem dynamodb:DeleteTable', n.claims],
    ['ecr:CreateRepository ecr:PutImage', n.arn('ecr', 'repository/own')],
    ['ecr:DeleteRepository ecr:BatchDeleteImage', n.repository],
    ['sagemaker:CreateModelPackageGroup', n.arn('sagemaker', 'model-package-group/x', '999999999999')],
    ['logs:CreateLogDelivery', '*'],
    ['lambda:CreateCodeSigningConfig', '*'],
    ['kms:CreateCustomKeyStore', '*'],
    ['ecr:PutRegistryPolicy', '*'],
    ['events:PutPartnerEvents', '*'],
  ]) for (const action of actions.split(' ')) none(`calls ${action} on ${resource.split(':').slice(5).join(':') || 'anything'}${context ? ' for another function' : ''}`, action, resource, context);

  for (const action of ['BatchCheckLayerAvailability', 'BatchGetImage', 'CompleteLayerUpload', 'DescribeImages', 'GetDownloadUrlForLayer', 'InitiateLayerUpload', 'PutImage', 'UploadLayerPart']) {
    list.allowed(`the deployer with the document for images calls ${action}`, who, `ecr:${action}`, n.repository);
  }
  list.allowed('the deployer with the document for images logs in', who, 'ecr:GetAuthorizationToken', '*');
}
