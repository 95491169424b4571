/** The pages a person sees while signing in: plain forms without JavaScript, with Entra's field names and ids. */
import type { SandboxUser } from '../fixtures';
import type { EntraError } from './errors';
import { SCOPE_TEXT, shortScope } from './scopes';

const STYLE = `body{font:15px/1.5 'Segoe UI',system-ui,sans-serif;background:#f2f2f2;margin:0;color:#1b1b1b}
main{max-width:360px;margin:8vh auto;background:#fff;padding:44px;box-shadow:0 2px 6px #0003}
h1{font-size:24px;font-weight:600;margin:8px 0 16px}
input{display:block;width:100%;box-sizing:border-box;padding:6px 0;margin:4px 0 20px;border:0;border-bottom:1px solid #666;font:inherit}
button{padding:6px 28px;font:inherit;border:0;background:#0067b8;color:#fff;cursor:pointer;margin:4px 8px 4px 0}
button.alt{background:#ccc;color:#000}
button.tile{display:block;width:100%;text-align:left;background:#fff;color:inherit;border-bottom:1px solid #ddd;padding:12px 8px;margin:0}
button.tile:hover,button.tile:focus{background:#eee}
form{display:inline}form.block{display:block}
p.note{background:#fff4ce;padding:6px 10px;font-size:13px}
#err{color:#a80000}li{margin:8px 0}small{color:#555;display:block}`;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);
}

function page(title: string, inner: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main><p class="note">Sandbox sign-in. This is not Microsoft.</p>${inner}</main></body></html>`;
}

function button(action: string, id: string, label: string, className = ''): string {
  return `<form method="post" action="${action}"><button id="${id}"${className && ` class="${className}"`}>${escapeHtml(label)}</button></form>`;
}

const alert = (text: string) => (text ? `<p id="err" role="alert">${escapeHtml(text)}</p>` : '');

export function accountPage(base: string, accounts: SandboxUser[]): string {
  const tiles = accounts.map(
    (user) =>
      `<button class="tile" name="account" value="${escapeHtml(user.oid)}" data-account="${escapeHtml(user.upn)}">
<span>${escapeHtml(user.name)}</span><small>${escapeHtml(user.upn)}</small></button>`,
  );
  return page(
    'Pick an account',
    `<h1>Pick an account</h1><form class="block" method="post" action="${base}/choose">${tiles.join('')}
<button class="tile" id="otherTile" name="account" value="">Use another account</button></form>
<p>${button(`${base}/cancel`, 'cancel', 'Cancel', 'alt')}</p>`,
  );
}

export function emailPage(base: string, email = '', problem = ''): string {
  return page(
    'Sign in to your account',
    `<h1>Sign in</h1>${alert(problem)}<form method="post" action="${base}/email">
<label>Email <input id="i0116" name="loginfmt" type="email" value="${escapeHtml(email)}" autocomplete="username" autofocus required></label>
<button id="idSIButton9">Next</button></form>${button(`${base}/cancel`, 'cancel', 'Cancel', 'alt')}`,
  );
}

export function passwordPage(base: string, email: string, problem = ''): string {
  return page(
    'Sign in to your account',
    `<p id="displayName">${escapeHtml(email)}</p><h1>Enter password</h1>${alert(problem)}
<form method="post" action="${base}/login"><input type="hidden" name="loginfmt" value="${escapeHtml(email)}">
<label>Password <input id="i0118" name="passwd" type="password" autocomplete="current-password" autofocus required></label>
<button id="idSIButton9">Sign in</button></form>${button(`${base}/other`, 'idBtn_Back', 'Back', 'alt')}`,
  );
}

export function consentPage(base: string, user: SandboxUser, app: string, scopes: string[]): string {
  const rows = scopes.map((scope) => {
    const name = shortScope(scope);
    return `<li data-scope="${escapeHtml(scope)}">${escapeHtml(SCOPE_TEXT[name] ?? name)}<small>${escapeHtml(scope)}</small></li>`;
  });
  return page(
    'Permissions requested',
    `<p>${escapeHtml(user.upn)}</p><h1>Permissions requested</h1><p><b>${escapeHtml(app)}</b><br>This app would like to:</p>
<ul id="scopes">${rows.join('')}</ul><p>Accepting these permissions means that you allow this app to use your data.</p>
${button(`${base}/cancel`, 'cancel', 'Cancel', 'alt')}${button(`${base}/consent`, 'accept', 'Accept')}`,
  );
}

export function adminApprovalPage(base: string, user: SandboxUser, app: string): string {
  return page(
    'Need admin approval',
    `<p>${escapeHtml(user.upn)}</p><h1>Need admin approval</h1><p><b>${escapeHtml(app)}</b> needs permission to access resources
in your organisation that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>
${button(`${base}/refused`, 'return', 'Return to the application without granting consent', 'alt')}`,
  );
}

/** A refusal shown by the identity provider itself; `base` is set where the way back to the app is open. */
export function errorPage(error: EntraError, base?: string): string {
  const back = base
    ? button(`${base}/refused`, 'return', 'Return to the application', 'alt') +
      button(`${base}/other`, 'otherAccount', 'Use another account')
    : '';
  return page(
    'Sign in to your account',
    `<h1>Sorry, but we're having trouble signing you in.</h1><p id="error" data-code="${error.error_codes[0] ?? ''}">${escapeHtml(
      error.error_description,
    )}</p>${back}`,
  );
}
