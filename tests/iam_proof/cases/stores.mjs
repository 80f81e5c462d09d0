// The two stores and Terraform's state: who writes where, that nothing is ever laid over or taken away, and TLS.

const ONCE = { 's3:if-none-match': '*' };
const ALONE = { organisation: false };
const CLEAR = { 'aws:SecureTransport': 'false' };

export function stores(list, n, actors) {
  const broad = (role) => ({ arn: n.role(role), identity: actors.admin.identity });
  const everybody = [
    ...['check', 'collect', 'score', 'evaluated-model', 'update', 'approval', 'start-approval', 'copy-artifacts', 'reviewer', 'audit', 'break-glass'].map((role) => [`the role ${role}`, broad(role), role]),
    ...n.stepRoles.map((arn) => ['the role of an extra step', { arn, identity: actors.admin.identity }, 'step']),
    ['an administrator', actors.admin, 'admin'],
    ['a deployer', actors.broadDeployer, 'deployer'],
  ];

  // Folder by folder, each role as broad as it could be made: only who is named writes, with and without the organisation.
  const writers = {
    [n.artifact('executions/1/checks/checks.json')]: ['check'],
    [n.artifact('executions/1/reports/stress-test/report.json')]: ['step'],
    [n.artifact('executions/1/reports/generative/report.json')]: ['check'],
    [n.artifact('executions/1/answers/collection.json')]: ['collect'],
    [n.artifact('executions/1/answers/manifest.json')]: ['collect'],
    [n.artifact('executions/1/transform/output/abc.out')]: ['collect', 'evaluated-model'],
    [n.artifact('executions/1/else.json')]: ['check', 'collect', 'evaluated-model', 'step'],
    [n.artifact('executions/1/reports/another/report.json')]: ['check', 'collect', 'evaluated-model', 'step'],
    [n.artifact('generative/answers/abc.jsonl')]: ['collect'],
    [n.artifact('generative/tallies/abc.json')]: ['score'],
    [n.artifact('generative/else.json')]: ['collect', 'score'],
    [n.artifact('pinned/gate.json')]: ['deployer'],
    ...Object.fromEntries(n.products.map(({ account }) => [n.artifact(`${account}/bucket/report.json`), ['copy-artifacts']])),
    [n.record('decisions/loan-approval/3/abc.json')]: ['update'],
    [n.record('approved/loan-approval/3.json')]: ['update'],
    [n.record('bundles/loan-approval/abc.json')]: ['update'],
    [n.record('pinned/abc.json')]: ['update'],
    [n.record('reverts/loan-approval/3/abc.json')]: ['update'],
    [n.record('refusals/loan-approval/3/abc.json')]: ['update'],
    [n.record('reviews/loan-approval/3/abc/me.json')]: ['reviewer'],
    [n.record('adopted/loan-approval.json')]: ['audit'],
    [n.record('break-glass/loan-approval/3/abc.json')]: ['break-glass'],
    [n.record('a-folder-of-tomorrow/x.json')]: ['update'],
  };
  for (const [object, who] of Object.entries(writers)) {
    const place = object.split(':::')[1].replace(/-\d{12}/, '');
    list.allowed(`the account's root user, who may change the bucket's policy anyway, writes ${place}`, actors.root, 's3:PutObject', object, ONCE, ALONE);
    list.allowed(`an administrator reads ${place}`, actors.admin, 's3:GetObject', object);
    for (const [name, actor, role] of everybody) {
      if (who.includes(role)) list.allowed(`${name} writes ${place}`, actor, 's3:PutObject', object, ONCE);
      else {
        list.denied(`${name} writes ${place}`, actor, 's3:PutObject', object, ONCE);
        list.denied(`${name} writes ${place}`, actor, 's3:PutObject', object, ONCE, ALONE);
      }
    }
  }
  // What is pinned is the deployer's; a digest says which version counts.
  for (const name of ['gate.json', 'policy-bundle.json', 'policy-bundle-next.json', 'signing-keys.json', 'evaluations.json', 'prompts/local/toxicity.jsonl']) {
    list.allowed(`a deployer writes pinned ${name}`, actors.broadDeployer, 's3:PutObject', n.artifact(`pinned/${name}`));
    list.denied(`an administrator writes pinned ${name}`, actors.admin, 's3:PutObject', n.artifact(`pinned/${name}`));
    for (const role of ['check', 'collect', 'score', 'evaluated-model', 'update', 'copy-artifacts']) list.refused(`the role ${role} writes pinned ${name}`, actors.own(role), 's3:PutObject', n.artifact(`pinned/${name}`));
  }

  // Written once: a second version could be laid over a decision, or over what it rests on, by its own writer.
  for (const [name, actor, object] of [
    ['the update step', actors.own('update'), n.record('decisions/loan-approval/3/abc.json')],
    ['the update step, were it broad,', broad('update'), n.record('approved/loan-approval/3.json')],
    ['the reviewer, were it broad,', broad('reviewer'), n.record('reviews/loan-approval/3/abc/me.json')],
    ['the audit, were it broad,', broad('audit'), n.record('adopted/loan-approval.json')],
    ['the break-glass role, were it broad,', broad('break-glass'), n.record('break-glass/loan-approval/3/abc.json')],
    ['the collect step', actors.own('collect'), n.artifact('generative/answers/abc.jsonl')],
    ['the score step', actors.own('score'), n.artifact('generative/tallies/abc.json')],
  ]) {
    list.denied(`${name} writes ${object.split(':::')[1]} over what is there`, actor, 's3:PutObject', object);
    list.denied(`${name} completes ${object.split(':::')[1]} in parts over what is there`, actor, 's3:PutObject', object, { 's3:ObjectCreationOperation': 'true' }, ALONE);
    list.allowed(`${name} uploads a part of ${object.split(':::')[1]}`, actor, 's3:PutObject', object, { 's3:ObjectCreationOperation': 'false' });
  }
  for (const object of [n.artifact('generative/answers/abc.jsonl'), n.artifact('generative/tallies/abc.json')]) {
    const place = object.split(':::')[1];
    list.denied(`the account's root user writes ${place} over what is there`, actors.root, 's3:PutObject', object, {}, ALONE);
    for (const role of ['collect', 'score']) list.denied(`the role ${role} frees the name of ${place}`, broad(role), 's3:DeleteObject', object, {}, ALONE);
    list.allowed(`a deployer takes a damaged ${place} away`, actors.broadDeployer, 's3:DeleteObject', object);
  }
  // Other folders of the artifact store hold what is replaced, or taken away, in the course of an evaluation.
  list.allowed('the collect step lays a manifest over another', actors.own('collect'), 's3:PutObject', n.artifact('executions/1/answers/manifest.json'));
  for (const action of ['s3:PutObject', 's3:DeleteObject']) list.allowed(`the role collect, were it broad, calls ${action} beside answers and counts`, broad('collect'), action, n.artifact('generative/else.json'), {}, ALONE);
  list.allowed('the role collect, were it broad, takes away what it gave a transform job', broad('collect'), 's3:DeleteObject', n.artifact('executions/1/transform/input/abc.jsonl'), {}, ALONE);

  // The organisation's policies on their own, were the buckets' policies gone.
  for (const object of [n.record('decisions/loan-approval/3/abc.json'), n.artifact('executions/1/checks/checks.json')]) {
    const place = object.split(':::')[1];
    list.denied(`an administrator writes ${place}`, actors.admin, 's3:PutObject', object, ONCE, { door: 'none' });
    for (const [name, actor, role] of everybody.filter(([, , each]) => !['approval', 'start-approval', 'admin'].includes(each))) {
      list.allowed(`the organisation lets ${name} write ${place}, as far as the bucket's own policy goes`, actor, 's3:PutObject', object, ONCE, { door: 'none' });
    }
    list.allowed(`the organisation lets a deployer lift the lock of ${place}`, actors.broadDeployer, 's3:BypassGovernanceRetention', object);
  }
  list.allowed('the organisation lets the audit count among the claims', broad('audit'), 'dynamodb:PutItem', n.claims);

  // Nothing is taken away, by nobody: not by the writer, not by the deployer, not without the organisation.
  for (const [name, actor] of [...everybody.map(([each, who]) => [each, who]), ["the account's root user", actors.root]]) {
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion']) {
      list.denied(`${name} calls ${action} on a decision`, actor, action, n.record('decisions/loan-approval/3/abc.json'), {}, ALONE);
    }
    list.denied(`${name} lets decisions expire`, actor, 's3:PutLifecycleConfiguration', n.evidence, {}, ALONE);
    list.denied(`${name} deletes a version of evidence`, actor, 's3:DeleteObjectVersion', n.artifact('333333333333/bucket/report.json'), {}, ALONE);
  }
  for (const action of ['s3:BypassGovernanceRetention', 's3:PutObjectRetention', 's3:PutObjectLegalHold', 's3:PutObjectAcl', 's3:PutObjectVersionAcl', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:DeleteObjectTagging', 's3:ReplicateObject', 's3:ReplicateDelete', 's3:ObjectOwnerOverrideToBucketOwner', 's3:UpdateObjectEncryption']) {
    for (const [place, object] of [['a decision', n.record('decisions/loan-approval/3/abc.json')], ['evidence', n.artifact('333333333333/bucket/report.json')]]) {
      list.denied(`an administrator calls ${action} on ${place}`, actors.admin, action, object);
    }
  }
  for (const [action, where] of [
    ['s3:PutBucketPolicy', 'policy'], ['s3:DeleteBucketPolicy', 'policy'], ['s3:PutBucketVersioning', 'versioning'], ['s3:PutBucketObjectLockConfiguration', 'lock'],
    ['s3:PutEncryptionConfiguration', 'encryption'], ['s3:PutBucketPublicAccessBlock', 'public access'], ['s3:PutBucketOwnershipControls', 'ownership'],
    ['s3:PutReplicationConfiguration', 'replication'], ['s3:PutBucketNotification', 'notification'], ['s3:PutLifecycleConfiguration', 'life cycle'], ['s3:DeleteBucket', 'existence'],
  ]) {
    for (const [place, bucket] of [['artifact store', n.artifacts], ['evidence store', n.evidence], ['state bucket', n.state]]) {
      list.denied(`an administrator changes the ${where} of the ${place} by ${action}`, actors.admin, action, bucket);
      if (!(place === 'evidence store' && where === 'life cycle')) list.allowed(`a deployer with everything changes the ${where} of the ${place} by ${action}`, actors.broadDeployer, action, bucket);
    }
  }
  for (const [action, object] of [['s3:PutObject', 'governance.tfstate'], ['s3:DeleteObject', 'governance.tfstate.tflock'], ['s3:DeleteObjectVersion', 'governance.tfstate']]) {
    list.denied(`an administrator calls ${action} on Terraform's state`, actors.admin, action, `${n.state}/${object}`);
    list.allowed(`a deployer with everything calls ${action} on Terraform's state`, actors.broadDeployer, action, `${n.state}/${object}`);
  }

  // Reading stays free for whom policies of the account let read; in clear text it is for nobody.
  list.allowed('an administrator reads a decision', actors.admin, 's3:GetObject', n.record('decisions/loan-approval/3/abc.json'));
  list.allowed('an administrator lists decisions', actors.admin, 's3:ListBucket', n.evidence);
  for (const account of n.accounts.filter((each) => each !== n.governance)) {
    const [who, state] = [actors.inProduct('administrator', account), n.state.replace(n.governance, account)];
    list.allowed(`an administrator of ${account} reads Terraform's state of its own account`, who, 's3:GetObject', `${state}/product.tfstate`);
    list.denied(`an administrator of ${account} reads it in clear text`, who, 's3:GetObject', `${state}/product.tfstate`, CLEAR);
    list.denied(`an administrator of ${account} lists it in clear text`, who, 's3:ListBucket', state, CLEAR);
  }
  for (const bucket of [n.artifacts, n.evidence, n.state]) {
    for (const [name, actor] of [['the check step', broad('check')], ["the account's root user", actors.root]]) {
      list.denied(`${name} lists ${bucket.split(':::')[1]} in clear text`, actor, 's3:ListBucket', bucket, CLEAR, ALONE);
      list.denied(`${name} reads from ${bucket.split(':::')[1]} in clear text`, actor, 's3:GetObject', `${bucket}/x.json`, CLEAR, ALONE);
    }
  }
  // IAM compares keys as text: the copier and the check step refuse such keys themselves.
  list.allowed('the copier is not stopped by IAM from writing "..": its code refuses such keys', actors.own('copy-artifacts'), 's3:PutObject', n.artifact('333333333333/../444444444444/x.json'));
  for (const name of ['administrator', 'data-scientist']) {
    list.notGranted(`the ${name} of another account reads a decision`, { ...actors.outsider, arn: n.anyRole(name, '999999999999') }, 's3:GetObject', n.record('decisions/loan-approval/3/abc.json'));
  }
  for (const action of ['BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem', 'PartiQLDelete', 'PartiQLInsert', 'PartiQLUpdate', 'DeleteTable', 'UpdateTable', 'UpdateTimeToLive', 'RestoreTableToPointInTime']) {
    list.denied(`an administrator calls ${action} on the claims`, actors.admin, `dynamodb:${action}`, n.claims);
    list.allowed(`a deployer with everything calls ${action} on the claims`, actors.broadDeployer, `dynamodb:${action}`, n.claims);
  }
}
