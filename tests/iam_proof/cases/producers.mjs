// Product accounts: they register pending versions in their own groups, and nothing else of governance is theirs.

const STATUS = 'sagemaker:ModelApprovalStatus';
export const PENDING = { [STATUS]: 'PendingManualApproval' };
export const APPROVED = { [STATUS]: 'Approved' };
export const REJECTED = { [STATUS]: 'Rejected' };
const ALONE = { organisation: false };
const VERDICTS = ['modelgate-decision-id', 'modelgate-evidence-uri', 'modelgate-policy-digest', 'modelgate-verdict'];

export function producers(list, n, actors) {
  for (const product of n.products) {
    const registrar = actors.registrar(product);
    for (const group of product.groups) {
      register(list, n, registrar, group, `${product.name} in ${group}`);
      const other = n.products.find((each) => each !== product);
      foreign(list, n, actors.registrar(other), group, `${other.name} in ${group} of ${product.name}`);
      administrator(list, n, actors.inProduct('administrator', product.account), group, `an administrator of ${product.name} in ${group}`);
    }
    account(list, n, actors, product);
  }
}

/** The team's registration role, with everything allowed on its own side. */
function register(list, n, who, group, name) {
  const [create, version] = ['sagemaker:CreateModelPackage', n.version(group)];
  list.allowed(`${name} registers as pending`, who, create, version, PENDING);
  for (const [word, status] of [['approved', APPROVED], ['rejected', REJECTED]]) {
    list.denied(`${name} registers as ${word}`, who, create, version, status);
    list.notGranted(`${name} registers as ${word}`, who, create, version, status, ALONE);
  }
  list.denied(`${name} registers without a status`, who, create, version);
  list.notGranted(`${name} registers without a status`, who, create, version, {}, ALONE);
  for (const key of VERDICTS) {
    list.notGranted(`${name} registers with ${key} filled in`, who, create, version, { ...PENDING, [`sagemaker:CustomerMetadataProperties/${key}`]: 'approve' });
  }
  list.allowed(`${name} describes a version`, who, 'sagemaker:DescribeModelPackage', version);
  list.allowed(`${name} lists versions`, who, 'sagemaker:ListModelPackages', n.version(group));
  list.allowed(`${name} describes the group`, who, 'sagemaker:DescribeModelPackageGroup', n.group(group));
  for (const [word, status] of [['approves', APPROVED], ['sets back to pending', PENDING], ['edits without a status', {}]]) {
    list.denied(`${name} ${word}`, who, 'sagemaker:UpdateModelPackage', version, status);
    list.notGranted(`${name} ${word}`, who, 'sagemaker:UpdateModelPackage', version, status, ALONE);
  }
  for (const [action, resource] of [
    ['sagemaker:DeleteModelPackage', version],
    ['sagemaker:AddTags', version],
    ['sagemaker:DeleteTags', n.group(group)],
    ['sagemaker:PutModelPackageGroupPolicy', n.group(group)],
    ['sagemaker:DeleteModelPackageGroupPolicy', n.group(group)],
    ['sagemaker:DeleteModelPackageGroup', n.group(group)],
  ]) {
    list.denied(`${name} calls ${action}`, who, action, resource);
    list.notGranted(`${name} calls ${action}`, who, action, resource, {}, ALONE);
  }
  list.notGranted(`${name} reads the group's policy`, who, 'sagemaker:GetModelPackageGroupPolicy', n.group(group));
}

/** Another team's role. */
function foreign(list, n, who, group, name) {
  list.notGranted(`${name} registers as pending`, who, 'sagemaker:CreateModelPackage', n.version(group), PENDING);
  list.notGranted(`${name} describes a version`, who, 'sagemaker:DescribeModelPackage', n.version(group));
  list.notGranted(`${name} lists versions`, who, 'sagemaker:ListModelPackages', n.version(group));
  list.notGranted(`${name} describes the group`, who, 'sagemaker:DescribeModelPackageGroup', n.group(group));
}

/** Somebody else of the team's own account: registering is for the one role that the team's build assumes. */
function administrator(list, n, who, group, name) {
  list.notGranted(`${name} registers as pending`, who, 'sagemaker:CreateModelPackage', n.version(group), PENDING);
  list.notGranted(`${name} describes a version`, who, 'sagemaker:DescribeModelPackage', n.version(group));
  list.notGranted(`${name} lists versions`, who, 'sagemaker:ListModelPackages', n.version(group));
  list.notGranted(`${name} describes the group`, who, 'sagemaker:DescribeModelPackageGroup', n.group(group));
  list.denied(`${name} approves`, who, 'sagemaker:UpdateModelPackage', n.version(group), APPROVED);
}

function account(list, n, actors, product) {
  const admin = actors.inProduct('administrator', product.account);
  const other = n.products.find((each) => each !== product);
  const name = `an administrator of ${product.name}`;

  // Its own account: everything is its own, but the transport is encrypted and no registry of its own approves either.
  list.allowed(`${name} uploads evidence`, admin, 's3:PutObject', `${product.bucket}/churn/report.json`);
  list.denied(`${name} uploads in clear text`, admin, 's3:PutObject', `${product.bucket}/churn/report.json`, { 'aws:SecureTransport': 'false' });
  list.denied(`${name} lists in clear text`, admin, 's3:ListBucket', product.bucket, { 'aws:SecureTransport': 'false' });
  list.allowed(`${name} encrypts with the bucket's key`, admin, 'kms:GenerateDataKey', product.key);
  list.allowed(`${name} manages the bucket's key`, admin, 'kms:PutKeyPolicy', product.key);
  list.allowed(`${name} assumes the registration role`, admin, 'sts:AssumeRole', product.registration);
  list.denied(`${name} registers an approved package in a registry of its own`, admin, 'sagemaker:CreateModelPackage', n.arn('sagemaker', 'model-package/own/1', product.account), APPROVED);
  list.allowed(`${name} registers a pending package in a registry of its own`, admin, 'sagemaker:CreateModelPackage', n.arn('sagemaker', 'model-package/own/1', product.account), PENDING);
  list.allowed(`${name} starts a pipeline of its own`, admin, 'sagemaker:StartPipelineExecution', n.arn('sagemaker', 'pipeline/own', product.account));
  list.denied(`${name} leaves the organisation`, admin, 'organizations:LeaveOrganization', '*');

  // Governance's account.
  for (const [action, resource, context] of [
    ['s3:PutObject', n.artifact(`${product.account}/bucket/report.json`)],
    ['s3:PutObject', n.artifact('executions/1/checks/checks.json')],
    ['s3:PutObject', n.record('decisions/loan-approval/3/abc.json'), { 's3:if-none-match': '*' }],
    ['s3:GetObject', n.artifact(`${other.account}/bucket/report.json`)],
    ['s3:GetObject', n.record('decisions/loan-approval/3/abc.json')],
    ['kms:Sign', n.signingKeys[0]],
    ['kms:Decrypt', n.artifactsKey],
    ['sqs:SendMessage', n.queue('start-approval')],
    ['sqs:SendMessage', n.queue('copy-artifacts')],
    ['events:PutEvents', n.bus],
    ['events:PutEvents', n.defaultBus],
    ['lambda:InvokeFunction', n.lambda('start-approval')],
    ['lambda:UpdateFunctionCode', n.lambda('copy-artifacts')],
    ['ecr:PutImage', n.repository],
    ['ecr:BatchGetImage', n.repository],
    ['sts:AssumeRole', n.role('update')],
    ['sts:AssumeRole', n.role('reviewer')],
    ['sts:AssumeRole', n.role('copy-artifacts')],
    ['sns:Publish', n.topic()],
    ['dynamodb:PutItem', n.claims],
  ]) list.refused(`${name} calls ${action} on governance's ${resource.split(':').slice(5).join(':')}`, admin, action, resource, context);
  for (const [action, resource] of [
    ['sagemaker:StartPipelineExecution', n.pipeline],
    ['sagemaker:RetryPipelineExecution', n.execution],
    ['sagemaker:StopPipelineExecution', n.execution],
    ['sagemaker:UpdatePipeline', n.pipeline],
    ['sagemaker:DeletePipeline', n.pipeline],
    ['sagemaker:SendPipelineExecutionStepSuccess', n.execution],
  ]) list.denied(`${name} calls ${action} on governance's pipeline`, admin, action, resource);

  // The other product.
  for (const [action, resource] of [
    ['s3:GetObject', `${other.bucket}/churn/report.json`],
    ['s3:PutObject', `${other.bucket}/churn/report.json`],
    ['s3:ListBucket', other.bucket],
    ['kms:Decrypt', other.key],
    ['sts:AssumeRole', other.registration],
    ['sts:AssumeRole', other.forwarder],
  ]) list.notGranted(`${name} calls ${action} on ${other.name}'s ${resource.split(':').slice(5).join(':').replace(/key.*/, 'key')}`, admin, action, resource);

  // Governance pulls, with one role, by version, through S3.
  const copier = actors.own('copy-artifacts');
  const viaS3 = { 'kms:ViaService': `s3.${n.region}.amazonaws.com` };
  list.allowed(`the copier reads what ${product.name} uploaded by version`, copier, 's3:GetObjectVersion', `${product.bucket}/churn/report.json`);
  list.allowed(`the copier decrypts what ${product.name} uploaded`, copier, 'kms:Decrypt', product.key, viaS3);
  list.refused(`the copier writes into the bucket of ${product.name}`, copier, 's3:PutObject', `${product.bucket}/churn/report.json`);
  list.notGranted(`another role of governance reads what ${product.name} uploaded`, actors.admin, 's3:GetObject', `${product.bucket}/churn/report.json`);
  list.notGranted(`another role of governance lists what ${product.name} uploaded`, actors.admin, 's3:ListBucket', product.bucket);
  list.notGranted(`another role of governance decrypts what ${product.name} uploaded`, actors.admin, 'kms:Decrypt', product.key, viaS3);
  const broadCopier = { arn: n.role('copy-artifacts'), identity: actors.admin.identity };
  list.notGranted(`the copier, were it broad, would decrypt for ${product.name} past S3`, broadCopier, 'kms:Decrypt', product.key, { 'kms:ViaService': `lambda.${n.region}.amazonaws.com` });
  list.notGranted(`the copier, were it broad, would delete at ${product.name}`, broadCopier, 's3:DeleteObject', `${product.bucket}/churn/report.json`);
  list.notGranted(`the copier, were it broad, would delete the bucket of ${product.name}`, broadCopier, 's3:DeleteBucket', product.bucket);
  list.notGranted(`the copier, were it broad, would keep the key of ${product.name}`, broadCopier, 'kms:CreateGrant', product.key);
  list.notGranted(`the copier, were it broad, would encrypt for ${product.name}`, broadCopier, 'kms:GenerateDataKey', product.key, viaS3);
  for (const group of product.groups) {
    list.refused(`the registration role's own policy lets it set ${group} back to pending`, actors.registration(product), 'sagemaker:UpdateModelPackage', n.version(group), PENDING, { organisation: false, door: 'open' });
  }
  list.allowed(`${name} describes the organisation`, admin, 'organizations:DescribeOrganization', '*');

  // Forwarding of events.
  const forward = { arn: product.forwarder, identity: admin.identity };
  list.allowed(`the forwarder of ${product.name} puts events on governance's bus`, forward, 'events:PutEvents', n.bus);
  list.notGranted(`the forwarder of ${product.name}, were it broad, would put events on the default bus`, forward, 'events:PutEvents', n.defaultBus);
  list.notGranted(`the forwarder of ${product.name}, were it broad, would remove the bus`, forward, 'events:DeleteEventBus', n.bus);
  const events = actors.service('events');
  list.allowed(`rules of ${product.name} wear its forwarder`, events, 'sts:AssumeRole', product.forwarder, { 'aws:SourceAccount': product.account });
  list.notGranted(`rules of another account wear the forwarder of ${product.name}`, events, 'sts:AssumeRole', product.forwarder, { 'aws:SourceAccount': '999999999999' });
  list.notGranted(`a function of ${product.name} wears its forwarder`, actors.service('lambda'), 'sts:AssumeRole', product.forwarder, { 'aws:SourceAccount': product.account });
  list.notGranted(`an administrator of ${product.name} tags a session of the registration role`, admin, 'sts:TagSession', product.registration);
  list.notGranted(`rules of ${product.name} tag their session`, events, 'sts:TagSession', product.forwarder, { 'aws:SourceAccount': product.account });
  list.notGranted(`people of ${product.name} wear its forwarder`, admin, 'sts:AssumeRole', product.forwarder);
  const deadLetters = n.queue('forward-artifacts-dlq', product.account);
  const rule = `arn:${n.partition}:events:${n.region}:${product.account}:rule/${n.prefix}-forward-artifacts`;
  list.allowed(`the forwarding rule of ${product.name} sets aside what it cannot deliver`, events, 'sqs:SendMessage', deadLetters, { 'aws:SourceArn': rule });
  list.notGranted(`another rule fills the dead letters of ${product.name}`, events, 'sqs:SendMessage', deadLetters, { 'aws:SourceArn': `${rule}-other` });
  for (const service of ['sns', 'lambda']) list.notGranted(`${service} fills the dead letters of ${product.name}`, actors.service(service), 'sqs:SendMessage', deadLetters, { 'aws:SourceArn': rule });
  list.notGranted(`a rule empties the dead letters of ${product.name}`, events, 'sqs:PurgeQueue', deadLetters, { 'aws:SourceArn': rule });
  list.notGranted(`a stranger assumes the registration role of ${product.name}`, actors.outsider, 'sts:AssumeRole', product.registration);
}
