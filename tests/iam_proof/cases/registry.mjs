// The registry and the pipeline that writes it, asked by roles of governance whose own policies allow everything.
import { APPROVED, PENDING, REJECTED } from './producers.mjs';

const ALONE = { organisation: false };

export function registry(list, n, actors) {
  const platform = ['approval', 'check', 'collect', 'score', 'evaluated-model', 'start-approval', 'copy-artifacts', 'reviewer', 'audit'];
  const broad = [
    ['an administrator', actors.admin],
    ['a data scientist with sagemaker:*', actors.scientist],
    ['a keeper of roles with iam:* and sagemaker:*', actors.keeper],
    ['a deployer with everything', actors.broadDeployer],
    ['the publisher of the image', actors.publisher],
    ...platform.map((name) => [`the role ${name}, were it broad,`, { arn: n.role(name), identity: actors.admin.identity }]),
  ];
  for (const [name, who] of broad) {
    for (const { name: group } of n.groups) packages(list, n, name, who, group);
    packages(list, n, name, who, 'group-outside-the-gate');
    for (const which of [n.pipeline, n.generative]) pipeline(list, n, name, who, { which, starts: who.arn === n.role('start-approval'), deploys: who === actors.broadDeployer });
    evaluations(list, n, name, who);
    if (who.identity !== actors.scientist.identity && who.identity !== actors.keeper.identity) sharing(list, n, name, who, who === actors.broadDeployer);
    list.denied(`${name} leaves the organisation`, who, 'organizations:LeaveOrganization', '*');
  }

  // What goes on working beside the gate.
  for (const [name, who] of broad.slice(0, 3)) {
    list.allowed(`${name} describes a version`, who, 'sagemaker:DescribeModelPackage', n.version('loan-approval'));
    list.allowed(`${name} registers as pending`, who, 'sagemaker:CreateModelPackage', n.version('loan-approval'), PENDING);
    for (const action of ['StartPipelineExecution', 'CreatePipeline', 'UpdatePipeline', 'UpdatePipelineVersion', 'DeletePipeline']) {
      list.allowed(`${name} calls ${action} on another pipeline`, who, `sagemaker:${action}`, n.arn('sagemaker', 'pipeline/own'));
    }
    for (const action of ['RetryPipelineExecution', 'StopPipelineExecution', 'UpdatePipelineExecution', 'SendPipelineExecutionStepSuccess', 'SendPipelineExecutionStepFailure']) {
      list.allowed(`${name} calls ${action} on an execution of another pipeline`, who, `sagemaker:${action}`, n.arn('sagemaker', 'pipeline/own/execution/abcdefghijkl'));
    }
    list.allowed(`${name} trains a model`, who, 'sagemaker:CreateTrainingJob', n.arn('sagemaker', 'training-job/own'));
  }

  // The two that may, may, and the organisation's policies do not stand in their way.
  for (const { name: group } of n.groups) {
    const update = actors.own('update');
    for (const [word, status] of [['approves', APPROVED], ['rejects', REJECTED], ['sets back to pending', PENDING], ['writes the metadata of a hold', {}]]) {
      list.allowed(`the update step ${word} in ${group}`, update, 'sagemaker:UpdateModelPackage', n.version(group), status);
    }
    list.denied(`the update step deletes a version of ${group}`, update, 'sagemaker:DeleteModelPackage', n.version(group));
    list.refused(`the update step registers in ${group}`, update, 'sagemaker:CreateModelPackage', n.version(group), APPROVED);
  }
  list.notGranted('the update step approves in a group outside the gate', actors.own('update'), 'sagemaker:UpdateModelPackage', n.version('group-outside-the-gate'), APPROVED);
  list.notGranted('the update step approves in another region', actors.own('update'), 'sagemaker:UpdateModelPackage', n.version('loan-approval').replace(n.region, 'us-east-1'), APPROVED);
  list.notGranted('the update step passes a role', actors.own('update'), 'iam:PassRole', n.anyRole('training'), { 'iam:PassedToService': 'sagemaker.amazonaws.com' });
  list.refused('the update step starts an execution', actors.own('update'), 'sagemaker:StartPipelineExecution', n.pipeline);
  list.allowed('the trigger starts', actors.own('start-approval'), 'sagemaker:StartPipelineExecution', n.pipeline);
  list.notGranted('the trigger starts another pipeline', actors.own('start-approval'), 'sagemaker:StartPipelineExecution', n.arn('sagemaker', 'pipeline/own'));
  list.allowed('the trigger starts the pipeline of models that write text', actors.own('start-approval'), 'sagemaker:StartPipelineExecution', n.generative);
  for (const role of ['check', 'collect', 'score', 'update']) {
    list.notGranted(`the role ${role} takes a network away`, actors.own(role), 'ec2:DeleteVpc', n.arn('ec2', 'vpc/vpc-1'));
    list.notGranted(`the role ${role} looks at machines`, actors.own(role), 'ec2:DescribeInstances', '*');
  }
  list.notGranted('the score step has Comprehend do something else', actors.own('score'), 'comprehend:DetectSentiment', '*');
  for (const [kind, action] of [['endpoint', 'DescribeEndpoint'], ['endpoint', 'ListTags'], ['model', 'DescribeModel'], ['transform-job', 'DescribeTransformJob']]) {
    list.allowed(`an administrator calls ${action} on an evaluation's ${kind}`, actors.admin, `sagemaker:${action}`, n.ofEvaluation(kind));
  }
  list.notGranted('the check step creates a job', actors.own('check'), 'sagemaker:CreateProcessingJob', n.job);

  // The deployer creates groups, opens them and takes them away.
  for (const action of ['PutModelPackageGroupPolicy', 'DeleteModelPackageGroupPolicy', 'DeleteModelPackageGroup', 'CreateModelPackageGroup']) {
    list.allowed(`a deployer with everything calls ${action}`, actors.broadDeployer, `sagemaker:${action}`, n.group('loan-approval'));
  }
  list.allowed('a deployer with everything deletes a version', actors.broadDeployer, 'sagemaker:DeleteModelPackage', n.version('loan-approval'));
  for (const action of ['CreatePipeline', 'UpdatePipeline', 'UpdatePipelineVersion', 'DeletePipeline']) {
    for (const which of [n.pipeline, n.generative]) list.allowed(`a deployer with everything calls ${action} on ${called(which)}`, actors.broadDeployer, `sagemaker:${action}`, which);
  }
  // A deployer in a product account is none here.
  for (const { name, account } of n.products) {
    list.denied(`the deployer of ${name} approves`, { arn: n.deployer.replace(n.governance, account), identity: actors.admin.identity }, 'sagemaker:UpdateModelPackage', n.version('loan-approval'), APPROVED);
  }
  list.notGranted('somebody outside the organisation approves', actors.outsider, 'sagemaker:UpdateModelPackage', n.version('loan-approval'), APPROVED, ALONE);
  list.notGranted('somebody outside the organisation registers', actors.outsider, 'sagemaker:CreateModelPackage', n.version('loan-approval'), PENDING, ALONE);
}

/** A share lets other accounts in, past the group's policy. */
function sharing(list, n, name, who, allowed) {
  const expect = allowed ? 'Allowed' : 'ExplicitlyDenied';
  const share = n.arn('ram', 'resource-share/1234');
  list.add(expect, `${name} shares a group with another account`, who, 'ram:CreateResourceShare', '*', { 'ram:RequestedResourceType': 'sagemaker:ModelPackageGroup' });
  list.add(expect, `${name} adds a group to a share`, who, 'ram:AssociateResourceShare', share, { 'ram:RequestedResourceType': 'sagemaker:ModelPackageGroup' });
  list.add(expect, `${name} replaces what shares permit`, who, 'ram:ReplacePermissionAssociations', n.arn('ram', 'permission/own'));
  list.add(expect, `${name} makes a share of a policy`, who, 'ram:PromoteResourceShareCreatedFromPolicy', share);
  list.add(expect, `${name} changes what a share permits`, who, 'ram:AssociateResourceSharePermission', share);
  for (const action of ['PutResourcePolicy', 'DeleteResourcePolicy']) list.add(expect, `${name} calls ${action} by a share`, who, `sagemaker:${action}`, '*');
}

function packages(list, n, name, who, group) {
  const version = n.version(group);
  for (const [word, status] of [['approves', APPROVED], ['rejects', REJECTED], ['sets back to pending', PENDING], ['edits without a status', {}]]) {
    list.denied(`${name} ${word} in ${group}`, who, 'sagemaker:UpdateModelPackage', version, status);
  }
  list.denied(`${name} edits only metadata in ${group}`, who, 'sagemaker:UpdateModelPackage', version, { 'sagemaker:CustomerMetadataProperties/modelgate-verdict': 'approve' });
  list.denied(`${name} registers as approved in ${group}`, who, 'sagemaker:CreateModelPackage', version, APPROVED);
  list.denied(`${name} registers as rejected in ${group}`, who, 'sagemaker:CreateModelPackage', version, REJECTED);
  list.denied(`${name} registers without a status in ${group}`, who, 'sagemaker:CreateModelPackage', version);
  if (who.arn === n.deployer) return;
  list.denied(`${name} deletes a version of ${group}`, who, 'sagemaker:DeleteModelPackage', version);
  for (const action of ['PutModelPackageGroupPolicy', 'DeleteModelPackageGroupPolicy', 'DeleteModelPackageGroup']) {
    list.denied(`${name} calls ${action} on ${group}`, who, `sagemaker:${action}`, n.group(group));
  }
}

function pipeline(list, n, name, who, { which, starts, deploys }) {
  if (!starts) list.denied(`${name} starts ${called(which)}, with steps of its choice`, who, 'sagemaker:StartPipelineExecution', which);
  for (const action of ['RetryPipelineExecution', 'StopPipelineExecution', 'UpdatePipelineExecution', 'SendPipelineExecutionStepSuccess', 'SendPipelineExecutionStepFailure']) {
    list.denied(`${name} calls ${action} on an execution of ${called(which)}`, who, `sagemaker:${action}`, n.executionOf(which));
  }
  if (deploys) return;
  for (const action of ['CreatePipeline', 'UpdatePipeline', 'UpdatePipelineVersion', 'DeletePipeline']) {
    list.denied(`${name} calls ${action} on ${called(which)}`, who, `sagemaker:${action}`, which);
  }
}

const called = (which) => `the gate's ${which.split('/')[1].includes('generative') ? 'pipeline of models that write text' : 'pipeline'}`;

/** What runs for an evaluation answers for the package: who could exchange it could have another model approved. */
function evaluations(list, n, name, who) {
  const runs = ['audit', 'collect'].some((role) => who.arn === n.role(role));
  const changes = {
    endpoint: ['CreateEndpoint', 'DeleteEndpoint', 'InvokeEndpoint', 'InvokeEndpointAsync', 'UpdateEndpoint', 'UpdateEndpointWeightsAndCapacities', 'AddTags', 'DeleteTags'],
    'endpoint-config': ['CreateEndpointConfig', 'DeleteEndpointConfig'],
    model: ['CreateModel', 'DeleteModel'],
    'transform-job': ['CreateTransformJob', 'StopTransformJob'],
  };
  for (const [kind, actions] of Object.entries(changes)) {
    for (const action of actions) {
      list.add(runs ? 'Allowed' : 'ExplicitlyDenied', `${name} calls ${action} on an evaluation's ${kind}`, who, `sagemaker:${action}`, n.ofEvaluation(kind));
      if (!['approval', 'check', 'score', 'evaluated-model'].some((role) => who.arn === n.role(role))) list.allowed(`${name} calls ${action} on another ${kind}`, who, `sagemaker:${action}`, n.ofEvaluation(kind, 'own'));
    }
  }
}
