// People in roles of the gate: reviewers, and whoever breaks the glass.
import { APPROVED } from './producers.mjs';

const MFA = { 'aws:MultiFactorAuthPresent': 'true' };

export function people(list, n, actors) {
  const named = (name) => ({ arn: n.anyRole(name), identity: actors.admin.identity });
  const [reviewer, glass] = [n.role('reviewer'), n.role('break-glass')];
  for (const name of ['model-risk', 'model-risk-deputy']) {
    list.allowed(`${name} wears the reviewer's role`, named(name), 'sts:AssumeRole', reviewer);
    list.notGranted(`${name} tags a session of the reviewer's role`, named(name), 'sts:TagSession', reviewer);
    list.notGranted(`${name} breaks the glass`, named(name), 'sts:AssumeRole', glass, MFA);
  }
  list.allowed('the person on duty breaks the glass with a second factor', named('incident'), 'sts:AssumeRole', glass, MFA);
  list.notGranted('the person on duty breaks the glass without a second factor', named('incident'), 'sts:AssumeRole', glass, { 'aws:MultiFactorAuthPresent': 'false' });
  list.notGranted('the person on duty breaks the glass without saying how it signed in', named('incident'), 'sts:AssumeRole', glass);
  list.notGranted('the person on duty tags the session', named('incident'), 'sts:TagSession', glass, MFA);
  list.notGranted("the person on duty wears the reviewer's role", named('incident'), 'sts:AssumeRole', reviewer);
  for (const [name, who] of [['an administrator', actors.admin], ['a data scientist', named('data-scientist')], ['a deployer', actors.broadDeployer]]) {
    list.notGranted(`${name} wears the reviewer's role`, who, 'sts:AssumeRole', reviewer);
    list.notGranted(`${name} breaks the glass`, who, 'sts:AssumeRole', glass, MFA);
  }
  for (const service of ['sagemaker', 'lambda', 'ec2']) {
    list.notGranted(`${service} wears the reviewer's role`, actors.service(service), 'sts:AssumeRole', reviewer, { 'aws:SourceAccount': n.governance });
    list.notGranted(`${service} breaks the glass`, actors.service(service), 'sts:AssumeRole', glass, { 'aws:SourceAccount': n.governance });
  }

  const [reviews, breaks] = [actors.own('reviewer'), actors.own('break-glass')];
  const mine = { 'aws:userid': 'AROAEXAMPLE:ada', 's3:if-none-match': '*' };
  list.allowed('a reviewer reviews under their own name', reviews, 's3:PutObject', n.record('reviews/loan-approval/3/abc/AROAEXAMPLE:ada.json'), mine);
  list.notGranted('a reviewer reviews under another name', reviews, 's3:PutObject', n.record('reviews/loan-approval/3/abc/AROAEXAMPLE:bob.json'), mine);
  list.denied('a reviewer approves', reviews, 'sagemaker:UpdateModelPackage', n.version('loan-approval'), APPROVED);
  list.denied('a reviewer starts an execution', reviews, 'sagemaker:StartPipelineExecution', n.pipeline);
  list.denied('a reviewer writes a decision', reviews, 's3:PutObject', n.record('decisions/loan-approval/3/abc.json'), mine);
  list.denied('a reviewer signs', reviews, 'kms:Sign', n.signingKeys[0]);

  for (const { name: group } of n.groups) {
    list.allowed(`who breaks the glass approves in ${group}`, breaks, 'sagemaker:UpdateModelPackage', n.version(group), APPROVED);
    list.notGranted(`who breaks the glass registers in ${group}`, breaks, 'sagemaker:CreateModelPackage', n.version(group), { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' });
    list.denied(`who breaks the glass deletes a version of ${group}`, breaks, 'sagemaker:DeleteModelPackage', n.version(group));
  }
  list.notGranted('who breaks the glass approves in a group outside the gate', breaks, 'sagemaker:UpdateModelPackage', n.version('group-outside-the-gate'), APPROVED);
  list.allowed('who breaks the glass records why', breaks, 's3:PutObject', n.record('break-glass/loan-approval/3/abc.json'), { 's3:if-none-match': '*' });
  list.denied('who breaks the glass writes over the record', breaks, 's3:PutObject', n.record('break-glass/loan-approval/3/abc.json'));
  list.denied('who breaks the glass writes a decision', breaks, 's3:PutObject', n.record('decisions/loan-approval/3/abc.json'), { 's3:if-none-match': '*' });
  list.denied('who breaks the glass signs', breaks, 'kms:Sign', n.signingKeys[0]);
  list.denied('who breaks the glass starts an execution', breaks, 'sagemaker:StartPipelineExecution', n.pipeline);
  list.denied('who breaks the glass says that it is the audit', breaks, 'events:PutEvents', n.defaultBus, { 'events:source': 'modelgate.audit' });
}
