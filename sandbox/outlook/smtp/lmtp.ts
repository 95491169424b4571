/** Delivery into mailboxes: one LMTP transaction over Dovecot's socket. */
import net from 'node:net';

const REPLY_LIMIT_MS = 60_000;

/** Delivers to every recipient; throws the first refusal. */
export async function deliver(socketPath: string, from: string, recipients: string[], raw: Buffer): Promise<void> {
  const socket = net.connect(socketPath);
  const reply = replies(socket);
  const expect = async (good: string) => {
    const answer = await reply();
    if (!answer.startsWith(good)) throw new Error(`LMTP: ${answer}`);
  };
  try {
    await expect('220');
    socket.write('LHLO sandbox\r\n');
    await expect('250');
    socket.write(`MAIL FROM:<${from}>\r\n`);
    await expect('250');
    for (const recipient of recipients) {
      socket.write(`RCPT TO:<${recipient}>\r\n`);
      await expect('250');
    }
    socket.write('DATA\r\n');
    await expect('354');
    const text = raw.toString('latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
    socket.write(Buffer.from(text.endsWith('\r\n') ? `${text}.\r\n` : `${text}\r\n.\r\n`, 'latin1'));
    for (let i = 0; i < recipients.length; i++) await expect('250');
    socket.end('QUIT\r\n');
  } finally {
    socket.destroy();
  }
}

/** Reads one whole, possibly multi-line, reply at a time. */
function replies(socket: net.Socket): () => Promise<string> {
  let buffer = '';
  let failure: Error | undefined;
  let wake: () => void = () => undefined;
  socket.setEncoding('latin1');
  socket.setTimeout(REPLY_LIMIT_MS, () => socket.destroy(new Error('LMTP gave no answer')));
  socket.on('data', (data) => {
    buffer += String(data);
    wake();
  });
  socket.on('error', (error) => {
    failure = error;
    wake();
  });
  socket.on('close', () => {
    failure ??= new Error('LMTP connection closed');
    wake();
  });
  return async () => {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(buffer)?.[0];
      if (whole) {
        buffer = buffer.slice(whole.length);
        return whole.trim();
      }
      if (failure) throw failure;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
}
