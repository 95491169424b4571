import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { MailError } from '../../../src/server/errors';
import { listen } from '../../../src/server/imap/idle';
import type { DirectSession } from '../../../src/server/imap/session';

/** A connection that idles until it is ended. */
function idling() {
  let end: (went: boolean) => void = () => undefined;
  const client = Object.assign(new EventEmitter(), {
    close: () => undefined,
    idle: () => new Promise<boolean>((resolve) => (end = resolve)),
  });
  const session = {
    client,
    usable: true,
    recycleAt: new Date(Date.now() + 3_600_000),
    ask: (command: (client: unknown) => Promise<unknown>) => command(client),
    failure: () => new MailError('transient', 'connectionLost'),
    close: async () => undefined,
  };
  return { client, session: session as unknown as DirectSession, end: () => end(false) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test.each(Array.from({ length: 16 }, (_none, index) => index))(
  'an EXISTS that is told %i steps after arrivals were dealt with leads to another look',
  async (steps) => {
    const { client, session, end } = idling();
    let looks = 0;
    const heard = listen(session, {
      arrived: async () => {
        looks += 1;
        if (looks > 1) return;
        let later = Promise.resolve();
        for (let step = 0; step < steps; step++) later = later.then(() => undefined);
        void later.then(() => client.emit('exists'));
      },
      changed: () => undefined,
    });
    await turn();
    await turn();
    expect(looks).toBe(2);
    end();
    await expect(heard).rejects.toMatchObject({ code: 'connectionLost' });
  },
);
