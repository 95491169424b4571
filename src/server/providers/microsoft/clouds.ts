/** Microsoft's clouds: which authority, mail servers and scopes belong together. Sovereign clouds are separate worlds. */
import type { Endpoint } from '../../context';

export interface Cloud {
  /** Origins of the authority; the first is the one to use. */
  authorities: readonly string[];
  /** Resource of the mail scopes: `<mail>/IMAP.AccessAsUser.All`. One string everywhere, since every other spelling is another consent. */
  mail: string;
  graph: string;
  imap: Endpoint;
  smtp: Endpoint;
}

const imaps = (host: string): Endpoint => ({ host, port: 993, secure: true });
const submission = (host: string): Endpoint => ({ host, port: 587, secure: false });

export const PUBLIC_CLOUD: Cloud = {
  authorities: ['https://login.microsoftonline.com', 'https://login.windows.net', 'https://login.microsoft.com'],
  mail: 'https://outlook.office.com',
  graph: 'https://graph.microsoft.com',
  imap: imaps('outlook.office365.com'),
  smtp: submission('smtp.office365.com'),
};

const US_GOVERNMENT: Cloud = {
  authorities: ['https://login.microsoftonline.us', 'https://login.usgovcloudapi.net'],
  mail: 'https://outlook.office365.us',
  graph: 'https://graph.microsoft.us',
  imap: imaps('outlook.office365.us'),
  smtp: submission('smtp.office365.us'),
};

const CHINA: Cloud = {
  authorities: ['https://login.partner.microsoftonline.cn', 'https://login.chinacloudapi.cn'],
  mail: 'https://partner.outlook.cn',
  graph: 'https://microsoftgraph.chinacloudapi.cn',
  imap: imaps('partner.outlook.cn'),
  smtp: submission('smtp.partner.outlook.cn'),
};

export const CLOUDS: readonly Cloud[] = [PUBLIC_CLOUD, US_GOVERNMENT, CHINA];

/** Mail servers of Microsoft beyond the defaults of a cloud: Outlook.com's own names and the DoD's. */
const OTHER_MAIL_HOSTS = [
  'imap-mail.outlook.com:993',
  'smtp-mail.outlook.com:587',
  'outlook.office.com:993',
  'outlook-dod.office365.us:993',
  'outlook-dod.office365.us:587',
  'partner.outlook.cn:587',
];

/** `host:port` of everything that needs no entry in MAIL_ALLOWED_HOSTS. */
export const BUILT_IN_HOSTS: readonly string[] = [
  ...CLOUDS.flatMap((cloud) => [
    ...cloud.authorities.map((origin) => `${new URL(origin).hostname}:443`),
    `${cloud.imap.host}:${cloud.imap.port}`,
    `${cloud.smtp.host}:${cloud.smtp.port}`,
  ]),
  ...OTHER_MAIL_HOSTS,
];

/** The cloud of an authority; an authority that is not Microsoft's speaks the public cloud's language. */
export function cloudOf(authorityOrigin: string): Cloud {
  return CLOUDS.find((cloud) => cloud.authorities.includes(authorityOrigin)) ?? PUBLIC_CLOUD;
}

/** Whether MSAL knows the authority by itself; any other has to be named to it. */
export function isMicrosoftAuthority(authorityOrigin: string): boolean {
  return CLOUDS.some((cloud) => cloud.authorities.includes(authorityOrigin));
}

/** Audiences that mean "for Exchange": the resources of all clouds, an older spelling, and Exchange Online's own app id. */
const OUTLOOK_AUDIENCES = new Set([
  ...CLOUDS.map((cloud) => cloud.mail),
  'https://outlook.office365.com',
  'https://outlook-dod.office365.us',
  'https://webmail.apps.mil',
  '00000002-0000-0ff1-ce00-000000000000',
]);

/** Whether a token for this audience opens mailboxes by IMAP and SMTP. */
export function isOutlookAudience(audience: string): boolean {
  return OUTLOOK_AUDIENCES.has(audience.toLowerCase().replace(/\/$/, ''));
}
