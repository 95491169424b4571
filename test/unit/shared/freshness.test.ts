import { expect, test } from 'vitest';
import { freshnessOf, type MailboxFacts } from '../../../src/shared/states';

const now = new Date('2026-01-01T00:00:00Z');
const facts = (more: Partial<MailboxFacts>): MailboxFacts => ({
  ...{ state: 'active', syncing: true, isInbox: true, failing: false, pushUntil: '2026-01-01T00:00:30Z', ...more },
});

test.each([
  ['live', {}],
  ['poll', { pushUntil: null }],
  // A holder that was killed: nobody listens any more.
  ['poll', { pushUntil: '2025-12-31T23:59:59Z' }],
  ['poll', { isInbox: false }],
  ['failing', { failing: true }],
  ['failing', { state: 'reauthorize' }],
  ['paused', { state: 'paused', failing: true }],
  ['off', { syncing: false }],
  ['off', { state: 'disconnected' }],
] as const)('a mailbox is %s with %j', (freshness, more) => expect(freshnessOf(facts(more), now)).toBe(freshness));
