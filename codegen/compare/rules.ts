// Every rule by its id: what kind of change it is about, and what to do where it breaks something.

/** `docs/evolution.md` has a row for each, with what survives it. Ids stay as they are. */
export const RULES = {
  'service-added': 'Nothing has to be done.',
  'service-removed': 'Keep a server of it until its queue is empty.',
  'service-renamed': 'Keep the name: it names the queue. The interface itself can be renamed.',
  'contract-renamed': 'Keep the name of the interface or class: generated classes have it.',
  'major-raised': 'Keep a server of the old version until its queue is empty.',
  'version-lowered': 'Versions only rise: write the former one, or a higher one.',
  'minor-not-raised':
    'Raise the minor version in @version: older servers then leave newer calls to newer servers.',
  'method-added': 'Nothing has to be done; clients may call it when the servers have it.',
  'method-removed': 'Keep it, marked @deprecated, or raise the major version.',
  'method-renamed': 'Keep the old name beside the new one, marked @deprecated, or raise the major version.',
  'method-one-way': 'Add a one-way method beside it, or raise the major version.',
  'method-two-way': 'Add a method with a result beside it, or raise the major version.',
  'method-to-event': 'Add an event beside the method, or raise the major version.',
  'event-to-method': 'Add a method beside the event, or raise the major version.',
  'parameter-added-optional': 'Raise the minor version, so that no older server gets it.',
  'parameter-added-required': 'Make it optional and raise the minor version, or raise the major version.',
  'parameter-inserted': 'Add it at the end, or raise the major version.',
  'parameter-removed': 'Keep it, and let the handler ignore it, or raise the major version.',
  'parameters-reordered': 'Keep their order: arguments travel by position. Or raise the major version.',
  'parameter-renamed': 'Nothing has to be done: arguments travel by position.',
  'parameter-optional': 'Raise the minor version, so that no older server gets a call without it.',
  'parameter-required': 'Leave it optional, or raise the major version.',
  'parameter-rest': 'Leave it as it was, or raise the major version.',
  'error-added':
    'Older clients get INVALID_RESULT for it: add a method, or raise the major version, if that matters.',
  'error-removed': 'Keep declaring it for as long as results with it are kept.',
  'idempotency-key-added': 'Nothing has to be done; calls that wait have no key.',
  'idempotency-key-changed': 'Keep the key, or raise the major version: the same call has another id now.',
  'idempotency-key-removed': 'Keep the key, or raise the major version: a repeated call runs again now.',
  'order-key-added': 'Nothing has to be done; calls that wait hold none up.',
  'order-key-changed': 'Keep the key, or raise the major version: newer calls pass those that wait.',
  'order-key-removed': 'Keep the key, or raise the major version: calls run in any order now.',
  'option-changed': 'Nothing has to be done; calls that wait keep what they were sent with.',
  'member-added-optional':
    'Raise the minor version, and @since where there is one, if older servers must not ignore it.',
  'member-added-required': 'Make it optional, or raise the major version.',
  'member-removed': 'Keep it, as an optional one, or raise the major version.',
  'member-optional':
    'Leave it required, or raise the minor version for a parameter, the major one for a result.',
  'member-required': 'Leave it optional, or raise the major version.',
  'null-added': 'Leave null out, or raise the minor version for a parameter, the major one for a result.',
  'null-removed': 'Go on to accept null, or raise the major version.',
  'undefined-added': 'Leave it out, or raise the minor version for a parameter, the major one for a result.',
  'undefined-removed': 'Go on to accept it, or raise the major version.',
  'literal-added':
    'Raise the minor version for a parameter; for a result add a method, or raise the major version.',
  'literal-removed': 'Go on to accept it, or raise the major version.',
  'branch-added':
    'Raise the minor version for a parameter; for a result add a method, or raise the major version.',
  'branch-removed': 'Go on to accept it, or raise the major version.',
  'type-widened':
    'Raise the minor version for a parameter; for a result add a member, or raise the major version.',
  'type-narrowed': 'Go on to accept what was accepted, or raise the major version.',
  'type-changed': 'Add a member or a method with the new type beside it, or raise the major version.',
  'form-changed': 'Add a member or a method with the new type beside it, or raise the major version.',
  'item-added': 'Use an object with an optional member instead, or raise the major version.',
  'item-removed': 'Keep the item, or raise the major version.',
  'index-added': 'Nothing has to be done.',
  'index-removed': 'Keep the index signature, or raise the major version.',
  'others-changed': 'Leave @additionalProperties as it was, or raise the major version.',
  'checks-tightened': 'Check it in the handler and declare an error for it, or raise the major version.',
  'checks-loosened': 'Raise the minor version for a parameter, the major one for a result.',
  'checks-recoded': 'Nobody can compare code: see to it that it accepts what it accepted.',
  'type-renamed': 'Keep the old name as an alias of the new one.',
  'enum-member-renamed': 'Keep the old name beside the new one, with the same value.',
} as const;

export type RuleId = keyof typeof RULES;

/** Changes that ask more of whoever handles calls: that their code does not compile any more is what is wanted. */
export const ASKS_HANDLERS: ReadonlySet<RuleId> = new Set<RuleId>([
  'method-added',
  'parameter-added-optional',
  'parameter-added-required',
  'parameter-optional',
  'member-optional',
  'null-added',
  'undefined-added',
  'literal-added',
  'branch-added',
  'type-widened',
  'item-added',
]);
