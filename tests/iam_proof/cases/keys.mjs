// Keys: who signs, who decrypts, and that no key is handed on, changed or made to go.

const ALONE = { organisation: false };

export function keys(list, n, actors) {
  const broad = (role) => ({ arn: n.role(role), identity: actors.admin.identity });
  for (const [index, key] of n.signingKeys.entries()) {
    const which = `signing key ${index + 1}`;
    list.allowed(`the update step signs with ${which}`, actors.own('update'), 'kms:Sign', key);
    for (const [name, who] of [
      ['an administrator', actors.admin],
      ["the account's root user", actors.root],
      ['a deployer with everything', actors.broadDeployer],
      ...['check', 'approval', 'start-approval', 'copy-artifacts', 'reviewer', 'audit', 'break-glass'].map((role) => [`the role ${role}, were it broad,`, broad(role)]),
    ]) {
      list.denied(`${name} signs with ${which}`, who, 'kms:Sign', key, {}, ALONE);
      list.denied(`${name} hands ${which} on`, who, 'kms:CreateGrant', key, {}, ALONE);
      for (const action of ['kms:ScheduleKeyDeletion', 'kms:DisableKey']) list.denied(`${name} calls ${action} on ${which}`, who, action, key, {}, ALONE);
    }
    for (const [action, what] of [['kms:Sign', 'signs with'], ['kms:CreateGrant', 'hands on']]) {
      list.denied(`an administrator ${what} ${which}, were its own policy gone`, actors.admin, action, key, {}, { door: 'open' });
    }
    list.allowed(`the organisation lets the update step sign with ${which}`, actors.own('update'), 'kms:Sign', key, {}, { door: 'open' });
    list.denied(`the update step, were it broad, hands ${which} on`, broad('update'), 'kms:CreateGrant', key, {}, ALONE);
    for (const action of ['kms:GetPublicKey', 'kms:Verify', 'kms:DescribeKey']) list.allowed(`an administrator calls ${action} on ${which}`, actors.admin, action, key);
    for (const action of ['kms:PutKeyPolicy', 'kms:UpdateAlias', 'kms:UpdateKeyDescription']) list.denied(`an administrator calls ${action} on ${which}`, actors.admin, action, key);
    list.allowed(`a deployer with everything changes the policy of ${which}`, actors.broadDeployer, 'kms:PutKeyPolicy', key);
    list.notGranted(`somebody outside signs with ${which}`, { ...actors.outsider }, 'kms:GetPublicKey', key);
  }
  for (const [name, key] of [['artifact', n.artifactsKey], ['evidence', n.evidenceKey], ['state', n.key(`alias/${n.prefix}-tfstate-${n.governance}`)]]) {
    for (const action of ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:DisableKeyRotation', 'kms:PutKeyPolicy', 'kms:UpdateAlias', 'kms:UpdateKeyDescription']) {
      list.denied(`an administrator calls ${action} on the ${name} key`, actors.admin, action, key);
      list.allowed(`a deployer with everything calls ${action} on the ${name} key`, actors.broadDeployer, action, key);
    }
    list.allowed(`an administrator describes the ${name} key`, actors.admin, 'kms:DescribeKey', key);
    list.notGranted(`somebody outside decrypts with the ${name} key`, actors.outsider, 'kms:Decrypt', key);
  }
  for (const alias of [`${n.prefix}-artifacts`, `${n.prefix}-evidence`, `${n.prefix}-signing-2026`, `${n.prefix}-signing-2030`]) {
    for (const action of ['kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias']) {
      list.denied(`an administrator calls ${action} on ${alias}`, actors.admin, action, n.arn('kms', `alias/${alias}`));
      list.allowed(`a deployer with everything calls ${action} on ${alias}`, actors.broadDeployer, action, n.arn('kms', `alias/${alias}`));
    }
  }
  list.allowed('an administrator moves an alias of its own', actors.admin, 'kms:UpdateAlias', n.arn('kms', 'alias/own'));
  for (const role of ['check', 'collect', 'score', 'update']) {
    list.refused(`the role ${role} takes a volume's grant away`, actors.own(role), 'kms:RevokeGrant', n.artifactsKey, { 'kms:GrantIsForAWSResource': 'true' });
  }
  // Keys of other accounts are theirs, whatever they are called.
  for (const action of ['kms:Sign', 'kms:CreateGrant', 'kms:PutKeyPolicy']) {
    list.allowed(`an administrator calls ${action} on another account's key of the same name`, actors.admin, action, n.arn('kms', 'key/theirs', '999999999999'), { 'kms:ResourceAliases': [`alias/${n.prefix}-signing-2026`] }, { door: 'open' });
  }
  for (const account of n.accounts) {
    list.allowed(`the state key of ${account} can be managed`, account === n.governance ? actors.broadDeployer : actors.inProduct('administrator', account), 'kms:PutKeyPolicy', n.key(`alias/${n.prefix}-tfstate-${account}`));
    list.notGranted(`a stranger manages the state key of ${account}`, actors.outsider, 'kms:PutKeyPolicy', n.key(`alias/${n.prefix}-tfstate-${account}`));
  }
  for (const { name, account } of [{ name: 'governance', account: n.governance }, ...n.products]) {
    const who = account === n.governance ? actors.broadDeployer : actors.inProduct('administrator', account);
    list.allowed(`state of ${name} is encrypted with its key`, who, 'kms:GenerateDataKey', n.key(`alias/${n.prefix}-tfstate-${account}`));
    list.notGranted(`a stranger decrypts the state of ${name}`, actors.outsider, 'kms:Decrypt', n.key(`alias/${n.prefix}-tfstate-${account}`));
  }
}
