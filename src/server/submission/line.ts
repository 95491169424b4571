/** The one connection of an account's round: opened ahead, kept from mail to mail, replaced when it is of no use any more. Knows no database. */
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { MailError } from '../errors';
import type { SmtpEnvelope, SmtpSession, SubmitHooks, SubmitResult } from './smtp';

export interface SmtpLine {
  /**
   * Begins to connect, so that the server greets while the mail is prepared. What fails is told by {@link SmtpLine.submit}.
   * @returns once the server is called, or will not be
   */
  open(): Promise<void>;
  /**
   * Submits a message. A connection that has served others and is gone by now is replaced once, before anything of this one left.
   * @param compose gives the message; called again for the second connection
   * @param onLargest told the largest message the server takes (RFC 1870) in octets, null where it does not say
   * @throws as `connect` and {@link SmtpSession.submit} do
   */
  submit(
    envelope: SmtpEnvelope,
    compose: () => Readable,
    hooks: SubmitHooks & { onLargest(octets: number | null): void },
  ): Promise<SubmitResult>;
  close(): Promise<void>;
}

/** So much of a message is made while the server greets, in octets. */
const READ_AHEAD = 256 * 1024;

/** @param connect opens a connection, and tells when it calls the server; what it throws is thrown by {@link SmtpLine.submit} */
export function smtpLine(connect: (called: () => void) => Promise<SmtpSession>): SmtpLine {
  let opening: Promise<SmtpSession> | null = null;
  let calling: Promise<void> = Promise.resolve();
  let served = 0;

  const session = async (): Promise<SmtpSession> => {
    const held = opening;
    if (held && !(await held).usable && opening === held) opening = null;
    if (!opening) {
      served = 0;
      calling = new Promise((called) => {
        opening = connect(called);
        // It is awaited when the mail is ready; until then nobody else listens.
        void opening.catch(() => undefined).then(() => called());
      });
    }
    return opening!;
  };

  return {
    async open() {
      session().catch(() => undefined);
      await calling;
    },
    async submit(envelope, compose, { onLargest, ...hooks }) {
      for (;;) {
        let reused = false;
        let begun = false;
        let message: Readable | undefined;
        try {
          message = readAhead(compose());
          const ready = message;
          const current = await session();
          onLargest(current.largest || null);
          reused = served > 0;
          served += 1;
          return await current.submit(envelope, () => ready, {
            ...hooks,
            beforeFinalChunk: () => {
              begun = true;
              return hooks.beforeFinalChunk();
            },
          });
        } catch (thrown) {
          await drop();
          if (!reused || begun || hooks.signal?.aborted || !endedBetween(thrown)) throw thrown;
        } finally {
          message?.destroy();
        }
      }
    },
    close: drop,
  };

  async function drop(): Promise<void> {
    const closing = opening;
    opening = null;
    served = 0;
    const left = await closing?.catch(() => null);
    left?.close();
  }
}

/** The same message, of which a part is read before anybody asks for it. It fails where the message does. */
function readAhead(message: Readable): Readable {
  const ahead = new PassThrough({ readableHighWaterMark: READ_AHEAD });
  pipeline(message, ahead, () => undefined);
  return ahead;
}

/** What a server says, or leaves unsaid, that does not want this connection any longer: 421 (RFC 5321 section 4.2.1) or its end. */
function endedBetween(thrown: unknown): boolean {
  if (!(thrown instanceof MailError)) return false;
  const reply = (thrown.cause as { responseCode?: number } | undefined)?.responseCode ?? 0;
  return thrown.code === 'connectionLost' ? reply === 0 : reply === 421;
}
