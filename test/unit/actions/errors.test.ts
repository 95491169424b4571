import type { Context } from '@nocobase/actions';
import { describe, expect, test } from 'vitest';
import { actionHandler } from '../../../src/server/actions/action';
import type { MailContext } from '../../../src/server/context';
import { loggable, MailError } from '../../../src/server/errors';

describe('what a log is told of something thrown', () => {
  test('is its name and where it came from, never its message', () => {
    const thrown = new RangeError("Incorrect string value for column 'subject': secret words\nof two lines");
    const told = loggable(thrown);
    expect(told.name).toBe('RangeError');
    expect(told.frames?.join('\n')).toContain('errors.test');
    expect(JSON.stringify(told)).not.toMatch(/secret|two lines/);
  });

  test('is the code of an error of ours, and the type of what is no error', () => {
    expect(loggable(new MailError('transient', 'leaseLost')).name).toBe('MailError leaseLost');
    expect(loggable('secret')).toEqual({ name: 'string' });
  });
});

test('an action that breaks tells neither the browser nor the log what the database said', async () => {
  const logged: unknown[] = [];
  const log = { error: (...entry: unknown[]) => logged.push(entry) };
  const ctx = {
    action: { params: {} },
    state: { currentUser: { id: 1 } },
    t: (key: string) => key,
  } as unknown as Context;
  const handler = () => Promise.reject(new Error("duplicate key 'anna@secret.example'"));
  await actionHandler({ log } as unknown as MailContext, { access: 'loggedIn', handler })(ctx, async () => undefined);
  expect(ctx.status).toBe(500);
  expect(JSON.stringify(ctx.body)).toContain('"code":"bug"');
  expect(logged).toHaveLength(1);
  expect(JSON.stringify([logged, ctx.body])).not.toContain('secret');
});
