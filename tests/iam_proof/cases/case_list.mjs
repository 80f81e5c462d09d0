// Named requests with the answer they must get. Each name is a sentence that somebody would defend in a review.

/** What a case may expect; Refused is either way of denying. */
export const EXPECTED = ['Allowed', 'ExplicitlyDenied', 'ImplicitlyDenied', 'Refused'];

export class CaseList {
  constructor() {
    this.cases = [];
    this.names = new Set();
  }

  /** It goes on working. */
  allowed(name, who, action, resource, context, options) {
    this.add('Allowed', name, who, action, resource, context, options);
  }

  /** A statement says no, so no grant that somebody adds later changes it. */
  denied(name, who, action, resource, context, options) {
    this.add('ExplicitlyDenied', name, who, action, resource, context, options);
  }

  /** Nobody says yes. */
  notGranted(name, who, action, resource, context, options) {
    this.add('ImplicitlyDenied', name, who, action, resource, context, options);
  }

  /** It does not work, whoever says so. */
  refused(name, who, action, resource, context, options) {
    this.add('Refused', name, who, action, resource, context, options);
  }

  has(name, { organisation = true, door }) {
    return this.names.has(sentence(name, organisation, door));
  }

  add(expect, name, who, action, resource, context = {}, { organisation = true, door } = {}) {
    const full = sentence(name, organisation, door);
    if (this.names.has(full)) throw new Error(`two cases are called "${full}"`);
    this.names.add(full);
    this.cases.push({ name: full, expect, request: { who, action, resource, context, organisation, door } });
  }
}

export const agrees = (expect, answer) => expect === answer || (expect === 'Refused' && answer !== 'Allowed');

const sentence = (name, organisation, door) => `${name}${organisation ? '' : ", without the organisation's policies"}${door ? `, with ${door === 'open' ? 'an open door' : 'no policy on it'}` : ''}`;
