// What carries events to the gate, runs it and watches it: queues, bus, rules, functions, image, alarms, trails.

const ALONE = { organisation: false };

export function machinery(list, n, actors) {
  const broad = (role) => ({ arn: n.role(role), identity: actors.admin.identity });
  const events = actors.service('events');
  const ruleOf = (name, bus = '') => n.arn('events', `rule/${bus}${n.prefix}-${name}`);

  // Queues take from their rules, and from the programs of the gate; nobody injects, takes away or empties.
  const queues = {
    'start-approval': { rules: [ruleOf('start-approval-registered'), ruleOf('start-approval-arrived'), ruleOf('start-approval-reviewed')], strange: ruleOf('copy-artifacts-uploaded', `${n.prefix}-artifacts/`) },
    'copy-artifacts': { rules: [ruleOf('copy-artifacts-uploaded', `${n.prefix}-artifacts/`)], strange: ruleOf('start-approval-arrived') },
    'start-approval-dlq': { rules: [ruleOf('start-approval-registered'), ruleOf('start-approval-anything')], strange: ruleOf('copy-artifacts-uploaded', `${n.prefix}-artifacts/`) },
    'copy-artifacts-dlq': { rules: [ruleOf('copy-artifacts-uploaded', `${n.prefix}-artifacts/`), ruleOf('copy-artifacts-other')], strange: ruleOf('start-approval-registered') },
  };
  queues['audit-dlq'] = { rules: [ruleOf('audit-schedule')], strange: ruleOf('start-approval-registered') };
  for (const [name, { rules, strange }] of Object.entries(queues)) {
    const queue = n.queue(name);
    for (const rule of rules) list.allowed(`the rule ${rule.split('/').at(-1)} delivers to ${name}`, events, 'sqs:SendMessage', queue, { 'aws:SourceArn': rule });
    for (const [which, source] of [['another rule of the account', strange], ['a rule of the same name elsewhere', rules[0].replace(n.governance, '999999999999')], ['a rule of nobody’s', n.arn('events', 'rule/own')]]) {
      list.notGranted(`${which} delivers to ${name}`, events, 'sqs:SendMessage', queue, { 'aws:SourceArn': source });
    }
    list.notGranted(`a rule that does not say what it is delivers to ${name}`, events, 'sqs:SendMessage', queue);
    list.notGranted(`the rule that feeds ${name} empties it`, events, 'sqs:PurgeQueue', queue, { 'aws:SourceArn': rules[0] });
    for (const service of ['sns', 's3', 'lambda']) list.notGranted(`${service} delivers to ${name}`, actors.service(service), 'sqs:SendMessage', queue, { 'aws:SourceArn': rules[0] });
    for (const action of ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'PurgeQueue', 'DeleteQueue', 'SetQueueAttributes', 'AddPermission', 'RemovePermission']) {
      list.denied(`an administrator calls ${action} on the queue ${name}`, actors.admin, `sqs:${action}`, queue);
      list.allowed(`a deployer with everything calls ${action} on the queue ${name}`, actors.broadDeployer, `sqs:${action}`, queue);
    }
    list.allowed(`an administrator looks at ${name}`, actors.admin, 'sqs:GetQueueAttributes', queue);
    list.notGranted(`somebody outside sends to ${name}`, actors.outsider, 'sqs:SendMessage', queue);
  }
  for (const name of ['start-approval-dlq', 'copy-artifacts-dlq']) {
    list.denied(`an administrator redrives ${name}`, actors.admin, 'sqs:StartMessageMoveTask', n.queue(name));
    list.allowed(`a deployer with everything redrives ${name}`, actors.broadDeployer, 'sqs:StartMessageMoveTask', n.queue(name));
  }
  for (const action of ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'StartMessageMoveTask']) {
    list.allowed(`the organisation lets an operator call ${action} on dead letters`, actors.operator, `sqs:${action}`, n.queue('start-approval-dlq'));
  }
  for (const action of ['PurgeQueue', 'DeleteQueue', 'SetQueueAttributes']) list.denied(`an operator calls ${action} on dead letters`, actors.operator, `sqs:${action}`, n.queue('start-approval-dlq'));
  list.denied('an operator starts an execution', actors.operator, 'sagemaker:StartPipelineExecution', n.pipeline);
  list.denied('an operator runs the starter by hand', actors.operator, 'lambda:InvokeFunction', n.lambda('start-approval'));
  for (const role of ['check', 'update', 'approval', 'break-glass']) list.denied(`the role ${role}, were it broad, asks for a run`, broad(role), 'sqs:SendMessage', n.queue('start-approval'));
  for (const role of ['start-approval', 'copy-artifacts', 'reviewer', 'audit']) list.allowed(`the organisation lets the role ${role} send to a queue`, broad(role), 'sqs:SendMessage', n.queue('start-approval'));
  for (const role of ['reviewer', 'audit', 'check', 'update']) list.denied(`the role ${role}, were it broad, takes a message`, broad(role), 'sqs:ReceiveMessage', n.queue('start-approval'));

  // The bus and the rules.
  for (const { name, forwarder, account } of n.products) {
    list.allowed(`the forwarder of ${name} puts events on the bus`, { arn: forwarder }, 'events:PutEvents', n.bus);
    list.notGranted(`another role of ${name} puts events on the bus`, actors.inProduct('data-scientist', account), 'events:PutEvents', n.bus);
  }
  list.notGranted('the forwarder of a stranger puts events on the bus', { arn: n.role('forward-artifacts', '999999999999'), identity: actors.admin.identity }, 'events:PutEvents', n.bus);
  list.denied('an administrator says that it is the audit', actors.admin, 'events:PutEvents', n.defaultBus, { 'events:source': 'modelgate.audit' });
  list.allowed('an administrator puts an event of its own', actors.admin, 'events:PutEvents', n.defaultBus, { 'events:source': 'own' });
  list.allowed('the organisation lets the audit report', broad('audit'), 'events:PutEvents', n.defaultBus, { 'events:source': 'modelgate.audit' });
  for (const [action, resource] of [
    ['DeleteRule', n.rule('start-approval-registered')], ['DisableRule', n.rule('start-approval-registered')], ['PutRule', n.rule('start-approval-registered')],
    ['PutTargets', n.rule('start-approval-registered')], ['RemoveTargets', n.rule('start-approval-registered')],
    ['DisableRule', n.arn('events', `rule/${n.prefix}-artifacts/${n.prefix}-copy-artifacts-uploaded`)], ['DisableRule', n.rule('approval-unfinished')],
    ['DeleteEventBus', n.bus], ['UpdateEventBus', n.bus], ['PutPermission', '*'], ['RemovePermission', '*'],
  ]) {
    const what = resource.split(':').at(-1);
    list.denied(`an administrator calls ${action} on ${what}`, actors.admin, `events:${action}`, resource);
    list.allowed(`a deployer with everything calls ${action} on ${what}`, actors.broadDeployer, `events:${action}`, resource);
  }
  list.allowed('an administrator writes a rule of its own', actors.admin, 'events:PutRule', n.arn('events', 'rule/own'));

  // Functions.
  for (const name of ['start-approval', 'copy-artifacts', 'audit']) {
    for (const action of ['UpdateFunctionCode', 'UpdateFunctionConfiguration', 'DeleteFunction', 'AddPermission', 'RemovePermission', 'InvokeFunction', 'CreateFunction', 'PutFunctionConcurrency', 'DeleteFunctionConcurrency', 'PublishVersion', 'PutFunctionEventInvokeConfig', 'CreateFunctionUrlConfig', 'UpdateFunctionEventInvokeConfig', 'CreateAlias']) {
      list.denied(`an administrator calls ${action} on the function ${name}`, actors.admin, `lambda:${action}`, n.lambda(name));
      list.allowed(`a deployer with everything calls ${action} on the function ${name}`, actors.broadDeployer, `lambda:${action}`, n.lambda(name));
    }
    list.allowed(`an administrator looks at the function ${name}`, actors.admin, 'lambda:GetFunctionConfiguration', n.lambda(name));
    for (const action of ['CreateEventSourceMapping', 'DeleteEventSourceMapping', 'UpdateEventSourceMapping']) {
      const mapping = action.startsWith('Create') ? '*' : n.arn('lambda', 'event-source-mapping:1');
      const context = { 'lambda:FunctionArn': n.lambda(name) };
      list.denied(`an administrator calls ${action} for ${name}`, actors.admin, `lambda:${action}`, mapping, context);
      list.allowed(`a deployer with everything calls ${action} for ${name}`, actors.broadDeployer, `lambda:${action}`, mapping, context);
    }
  }
  list.allowed('an administrator feeds a function of its own', actors.admin, 'lambda:CreateEventSourceMapping', '*', { 'lambda:FunctionArn': n.arn('lambda', 'function:own') });
  list.allowed('an administrator changes a function of its own', actors.admin, 'lambda:UpdateFunctionCode', n.arn('lambda', 'function:own'));

  // The audit runs by its schedule.
  const schedule = { 'aws:SourceArn': ruleOf('audit-schedule'), 'aws:SourceAccount': n.governance };
  list.allowed('the schedule runs the audit', events, 'lambda:InvokeFunction', n.lambda('audit'), schedule);
  list.notGranted('another rule runs the audit', events, 'lambda:InvokeFunction', n.lambda('audit'), { ...schedule, 'aws:SourceArn': ruleOf('own') });
  list.notGranted('a rule of another account runs the audit', events, 'lambda:InvokeFunction', n.lambda('audit'), { ...schedule, 'aws:SourceAccount': '999999999999' });
  list.notGranted('the schedule changes the audit', events, 'lambda:UpdateFunctionCode', n.lambda('audit'), schedule);
  for (const service of ['s3', 'sns']) list.notGranted(`${service} runs the audit`, actors.service(service), 'lambda:InvokeFunction', n.lambda('audit'), schedule);

  // The image.
  for (const action of ['PutImage', 'BatchDeleteImage', 'DeleteRepository', 'DeleteRepositoryPolicy', 'SetRepositoryPolicy', 'PutImageTagMutability', 'PutLifecyclePolicy', 'DeleteLifecyclePolicy', 'PutImageScanningConfiguration']) {
    list.denied(`an administrator calls ${action} on the image's repository`, actors.admin, `ecr:${action}`, n.repository);
    list.allowed(`the publisher of the image calls ${action}, as far as its own policies go`, actors.publisher, `ecr:${action}`, n.repository);
    list.allowed(`a deployer with everything calls ${action} on the image's repository`, actors.broadDeployer, `ecr:${action}`, n.repository);
  }
  const reader = { arn: n.anyRole('promote', '555555555555'), identity: actors.admin.identity };
  for (const action of ['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer']) {
    list.allowed(`the next environment's account calls ${action}`, reader, `ecr:${action}`, n.repository);
    list.notGranted(`another account calls ${action}`, actors.outsider, `ecr:${action}`, n.repository);
  }
  for (const action of ['PutImage', 'BatchDeleteImage', 'SetRepositoryPolicy', 'DescribeImages']) list.notGranted(`the next environment's account calls ${action}`, reader, `ecr:${action}`, n.repository);

  alarms(list, n, actors);
}

function alarms(list, n, actors) {
  const [events, cloudwatch] = [actors.service('events'), actors.service('cloudwatch')];
  for (const account of [n.governance, ...n.products.map((each) => each.account)]) {
    const topic = n.topic(account);
    const key = [...n.alarmKeys].find((arn) => arn.split(':')[4] === account);
    const [here, there] = [{ 'aws:SourceAccount': account }, { 'aws:SourceAccount': '999999999999' }];
    list.allowed(`alarms of ${account} reach its topic`, cloudwatch, 'sns:Publish', topic, here);
    list.notGranted(`alarms of another account reach the topic of ${account}`, cloudwatch, 'sns:Publish', topic, there);
    list.notGranted(`alarms of nobody's reach the topic of ${account}`, cloudwatch, 'sns:Publish', topic);
    list.allowed(`rules reach the topic of ${account}`, events, 'sns:Publish', topic);
    for (const [name, service] of [['cloudwatch', cloudwatch], ['events', events]]) {
      list.notGranted(`${name} removes the topic of ${account}`, service, 'sns:DeleteTopic', topic, here);
      for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) list.allowed(`${name} calls ${action} for the topic of ${account}`, service, action, key, here);
      list.notGranted(`${name} removes the key of the topic of ${account}`, service, 'kms:ScheduleKeyDeletion', key, here);
    }
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) list.notGranted(`alarms of another account call ${action} for the topic of ${account}`, cloudwatch, action, key, there);
    for (const service of ['s3', 'lambda']) {
      list.notGranted(`${service} reaches the topic of ${account}`, actors.service(service), 'sns:Publish', topic, here);
      list.notGranted(`${service} decrypts for the topic of ${account}`, actors.service(service), 'kms:Decrypt', key, here);
    }
    list.notGranted(`somebody outside reaches the topic of ${account}`, actors.outsider, 'sns:Publish', topic);
    const manager = account === n.governance ? actors.broadDeployer : actors.inProduct('administrator', account);
    list.allowed(`the key of the topic of ${account} can be managed`, manager, 'kms:PutKeyPolicy', key);
    list.notGranted(`somebody outside decrypts with the key of the topic of ${account}`, actors.outsider, 'kms:Decrypt', key);
  }
  const alarm = n.arn('cloudwatch', `alarm:${n.prefix}-start-approval-age`);
  for (const action of ['DeleteAlarms', 'DisableAlarmActions', 'PutAlarmMuteRule', 'PutCompositeAlarm', 'PutMetricAlarm', 'SetAlarmState']) {
    list.denied(`an administrator calls ${action} on an alarm of the gate`, actors.admin, `cloudwatch:${action}`, alarm);
    list.allowed(`a deployer with everything calls ${action} on an alarm of the gate`, actors.broadDeployer, `cloudwatch:${action}`, alarm);
    list.allowed(`an administrator calls ${action} on another alarm`, actors.admin, `cloudwatch:${action}`, n.arn('cloudwatch', 'alarm:own'));
  }
  for (const action of ['AddPermission', 'DeleteTopic', 'PutDataProtectionPolicy', 'RemovePermission', 'SetSubscriptionAttributes', 'SetTopicAttributes', 'Unsubscribe']) {
    list.denied(`an administrator calls ${action} on the topic of the alarms`, actors.admin, `sns:${action}`, n.topic());
    list.allowed(`a deployer with everything calls ${action} on the topic of the alarms`, actors.broadDeployer, `sns:${action}`, n.topic());
  }
  const counted = { 'cloudwatch:namespace': 'modelgate' };
  list.denied('an administrator counts in the namespace of the gate', actors.admin, 'cloudwatch:PutMetricData', '*', counted);
  list.denied('a deployer with everything counts in the namespace of the gate', actors.broadDeployer, 'cloudwatch:PutMetricData', '*', counted);
  list.allowed('an administrator counts in a namespace of its own', actors.admin, 'cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'own' });
  for (const role of ['audit', 'update']) list.allowed(`the organisation lets the role ${role} count`, { arn: n.role(role), identity: actors.admin.identity }, 'cloudwatch:PutMetricData', '*', counted);
  for (const action of ['DeleteTrail', 'PutEventSelectors', 'StopLogging', 'UpdateTrail']) {
    list.denied(`an administrator calls ${action}`, actors.admin, `cloudtrail:${action}`, n.arn('cloudtrail', 'trail/organisation'));
    list.allowed(`a deployer with everything calls ${action}`, actors.broadDeployer, `cloudtrail:${action}`, n.arn('cloudtrail', 'trail/organisation'));
  }
}
