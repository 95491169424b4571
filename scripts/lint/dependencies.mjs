/**
 * Who may import whom inside src: docs/architecture.md in a form that lint checks.
 * A path without extension means the module, be it one file or a folder.
 */

/** What every part of the server may import. */
const common = [
  'shared',
  'server/errors',
  'server/context',
  'server/changeRows',
  'server/gate',
  'server/readRows',
  'server/spoolFolder',
  'server/threads',
  'server/transaction',
];

/** Part of src → what it may import beyond itself. */
export const mayImport = {
  shared: [],
  locale: [],
  swagger: ['shared'],
  client: ['shared', 'locale'],
  'server/errors': ['shared'],
  'server/context': ['shared', 'server/errors'],
  'server/live': common,
  'server/readers': common,
  'server/gate': [],
  'server/threads': [],
  'server/readRows': ['shared', 'server/context'],
  'server/changeRows': ['shared', 'server/context', 'server/readRows'],
  'server/spoolFolder': ['shared', 'server/context', 'server/errors'],
  'server/keptConnection': ['shared'],
  'server/transaction': ['server/context', 'server/gate', 'server/keptConnection'],
  'server/collections': common,
  'server/migrations': [...common, 'server/collections'],
  'server/access': common,
  'server/actions': [
    ...common,
    'server/live',
    'server/access',
    'server/providers',
    'server/accounts',
    'server/sync',
    'server/messages',
    'server/submission',
    'server/writing',
    'server/records',
  ],
  'server/records': [...common, 'server/access'],
  'server/providers': common,
  'server/providers/microsoft': [...common, 'server/providers/types'],
  'server/accounts': [
    ...common,
    'server/providers',
    'server/imap',
    'server/submission/smtp',
    // Mail that is removed with its account is forgotten by the search too.
    'server/messages/search/searchIndex',
    'server/live',
  ],
  'server/imap': common,
  'server/sync': [
    ...common,
    'server/accounts/credentials',
    'server/accounts/lease',
    'server/accounts/settings',
    'server/imap',
    // Both store bodies, and html in one form.
    'server/messages/packedHtml',
    'server/messages/search',
    'server/access',
    'server/live',
  ],
  'server/messages': [...common, 'server/accounts/credentials', 'server/imap', 'server/access'],
  'server/submission': [
    ...common,
    'server/accounts/credentials',
    'server/accounts/lease',
    'server/accounts/settings',
    'server/messages/sanitiseThread',
    // A forward takes files of a message along: they are opened like any download, within the same limits.
    'server/messages/body',
    'server/messages/bodies',
    'server/messages/download',
    'server/messages/inlineImages',
    'server/messages/rows',
    'server/messages/sanitise',
    'server/imap/mailbox',
    'server/imap/sentHeaders',
    'server/imap/session',
    'server/writing/correspondents',
    'server/access',
    'server/live',
  ],
  'server/writing': [
    ...common,
    'server/access',
    'server/messages/rows',
    'server/messages/sanitiseThread',
    'server/messages/search',
  ],
  'server/submission/smtp': [...common, 'server/submission/errors', 'server/submission/holdBack'],
};

/** Protocol code, which request handlers never touch although it lies in a folder they may import. */
const forbidden = [
  {
    target: './src/server/actions',
    from: ['./src/server/submission/smtp.ts', './src/server/submission/smtp'],
    message: 'Handlers call one function of accounts, messages or submission, never a protocol.',
  },
];

const forms = (module) => [`./${module}`, `./${module}.ts`];

/** Zones for the rule import-x/no-restricted-paths. */
export const dependencyZones = [
  ...Object.entries(mayImport).map(([part, allowed]) => ({
    target: forms(part).map((form) => `./src/${form.slice(2)}`),
    from: './src',
    except: [part, ...allowed].flatMap(forms),
    message: `${part} may import only ${allowed.join(', ') || 'nothing of ours'} (see docs/architecture.md).`,
  })),
  ...forbidden,
  {
    target: './src',
    from: ['./sandbox/outlook', './test', './scripts', './bench'],
    message: 'What ships knows nothing of tests and tools.',
  },
];
