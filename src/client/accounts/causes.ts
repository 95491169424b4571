/** What usually lies behind an error, most likely first, and what mends it. Pure; keys of src/locale. */
import type { ErrorView } from '../../shared/types';
import { MAILBOX_REFUSED_CODES } from '../../shared/states';

const MAILBOX_CLOSED: readonly string[] = [
  'You signed in with another account than the one whose mailbox you want.',
  'IMAP is switched off for this mailbox: the administrator can switch it on in Exchange, the owner of an Outlook.com mailbox in its settings under Forwarding and IMAP.',
  'The account has no mailbox, or no Exchange Online licence.',
  'A rule of your organisation keeps mail apps out.',
];

const CAUSES: Readonly<Record<string, readonly string[]>> = {
  loginRefused: MAILBOX_CLOSED,
  scopeMissing: [
    'Not every permission was granted on the consent page.',
    'The app registration does not list IMAP.AccessAsUser.All and SMTP.Send.',
  ],
  secretWrong: ['The Secret ID was pasted instead of the Value.', 'The secret was deleted in Entra.'],
  redirectUriUnknown: [
    'The redirect URI is missing in Entra, or differs by a letter.',
    'It was registered for another platform than Web.',
  ],
  serverUnreachable: ['The server of NocoBase may not reach Microsoft: a firewall or proxy is in between.'],
};

/** Likely causes of an error code; empty where its sentence says it all. */
export function causesOf(code: string): readonly string[] {
  return CAUSES[code] ?? (MAILBOX_REFUSED_CODES.includes(code) ? MAILBOX_CLOSED : []);
}

/** The command with which an administrator mends an error, where the server gave one (smtpAuthDisabled). */
export function commandOf(view: ErrorView): string | null {
  const command = view.params?.command;
  return typeof command === 'string' && command !== '' ? command : null;
}
