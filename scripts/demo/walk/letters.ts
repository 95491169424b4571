/** Mail that the walk brings along: that of the demo differs from day to day. */

interface Letter {
  subject: string;
  text: string;
  /** Absent for plain text. */
  html?: string;
}

/** A mail of a person, as it comes from SMTP. @param to whose mailbox it goes into */
export function letter(to: string, { subject, text, html }: Letter): string {
  const head = [
    'From: "Rosa Delgado" <rosa.delgado@litware.example>',
    `To: ${to}`,
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${Date.now()}.${subject.replace(/\W+/g, '-')}@litware.example>`,
    'MIME-Version: 1.0',
  ];
  const part = (type: string, body: string) => [`Content-Type: text/${type}; charset=utf-8`, '', body, ''];
  if (!html) return [...head, ...part('plain', text)].join('\r\n');
  const parts = ['--b', ...part('plain', text), '--b', ...part('html', html), '--b--', ''];
  return [...head, 'Content-Type: multipart/alternative; boundary=b', '', ...parts].join('\r\n');
}
