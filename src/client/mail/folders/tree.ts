/** Mailboxes of one account as a tree: paths are split at the server's delimiter (RFC 3501, 5.1). Pure. */
import type { MailboxRole, MailboxView } from '../../../shared/types';
import type { Translate } from '../../errorText';
import { mailboxLabel, orderMailboxes } from './mailboxes';

export interface FolderNode {
  mailbox: MailboxView;
  /** As people read it; with the names of parents that are not mailboxes themselves. */
  label: string;
  children: FolderNode[];
}

/** The path above; null at the top. The name is the last segment, and one delimiter stands before it. */
function parentPath({ path, name }: MailboxView): string | null {
  if (path === name || !path.endsWith(name)) return null;
  return path.slice(0, path.length - name.length - 1);
}

/** In the order people expect, children below the nearest parent that is a mailbox. Folders that are not kept here only where they hold mail. */
export function folderTree(t: Translate, mailboxes: readonly MailboxView[]): FolderNode[] {
  return treeOf(t, orderMailboxes(mailboxes));
}

/** Where mail can be moved: folders that are listed, and those with a use of their own even if they are not kept here. */
export function targetTree(t: Translate, mailboxes: readonly MailboxView[]): FolderNode[] {
  const useful = ({ role, syncing, stored }: MailboxView) =>
    role === 'none' ? syncing || stored > 0 : role !== 'outbox' && role !== 'drafts';
  const nodes = treeOf(t, orderMailboxes(mailboxes.filter(useful), true));
  // Rarely meant, so never the first: that is where Enter moves to.
  const isSent = ({ mailbox }: FolderNode) => mailbox.role === 'sent';
  return [...nodes.filter((node) => !isSent(node)), ...nodes.filter(isSent)];
}

function treeOf(t: Translate, ordered: readonly MailboxView[]): FolderNode[] {
  const nodes = new Map(
    ordered.map((mailbox): [string, FolderNode] => [
      mailbox.path,
      { mailbox, label: mailboxLabel(t, mailbox), children: [] },
    ]),
  );
  const top: FolderNode[] = [];
  for (const mailbox of ordered) {
    const node = nodes.get(mailbox.path) as FolderNode;
    const delimiter = mailbox.path.at(-mailbox.name.length - 1) ?? '/';
    let above = parentPath(mailbox);
    // Parents that hold no mail are no mailboxes: their names stand in front.
    while (above !== null && !nodes.has(above)) {
      const at = above.lastIndexOf(delimiter);
      const name = above === 'INBOX' ? t('Inbox') : above.slice(at + 1);
      if (mailbox.role === 'none') node.label = `${name} / ${node.label}`;
      above = at < 0 ? null : above.slice(0, at);
    }
    const parent = above === null ? undefined : nodes.get(above);
    // What has a use of its own (the archive, the trash) stands where people look for it.
    if (parent && mailbox.role === 'none') parent.children.push(node);
    else top.push(node);
  }
  return top;
}

/** The same tree as lines with everything that is known of each. */
export function folderLines(
  t: Translate,
  mailboxes: readonly MailboxView[],
): { mailbox: MailboxView; label: string; depth: number }[] {
  const lines = (
    nodes: readonly FolderNode[],
    depth: number,
  ): { mailbox: MailboxView; label: string; depth: number }[] =>
    nodes.flatMap(({ mailbox, label, children }) => [{ mailbox, label, depth }, ...lines(children, depth + 1)]);
  return lines(treeOf(t, orderMailboxes(mailboxes, true)), 0);
}

export interface FolderLine {
  id: string;
  label: string;
  depth: number;
  role: MailboxRole;
}

/** The tree as lines, parents before their children. */
export function flatTree(nodes: readonly FolderNode[], depth = 0): FolderLine[] {
  return nodes.flatMap(({ mailbox, label, children }) => [
    { id: mailbox.id, label, depth, role: mailbox.role },
    ...flatTree(children, depth + 1),
  ]);
}

/** Lines whose name has the typed text in it; those that begin with it first. */
export function matchingFolders(lines: readonly FolderLine[], typed: string): FolderLine[] {
  const text = typed.trim().toLowerCase();
  if (!text) return [...lines];
  const found = lines.filter(({ label }) => label.toLowerCase().includes(text));
  const begins = ({ label }: FolderLine) => (label.toLowerCase().startsWith(text) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b));
}

/** What is unread in junk, trash, sent and drafts is nobody's task. */
export const unreadOf = ({ role, unread }: MailboxView): number =>
  ['junk', 'trash', 'sent', 'drafts'].includes(role) ? 0 : unread;

/** Unread messages in a folder and everything below it. */
export const unreadBelow = ({ mailbox, children }: FolderNode): number =>
  unreadOf(mailbox) + children.reduce((sum, child) => sum + unreadBelow(child), 0);

/** Whether a folder or one below it is the given one. */
export const contains = ({ mailbox, children }: FolderNode, id: string): boolean =>
  mailbox.id === id || children.some((child) => contains(child, id));
