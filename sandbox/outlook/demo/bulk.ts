/** What fills an inbox besides conversations: newsletters with trackers, notices, invitations, spam. */
import type { NewMessage } from '../imap/wire';
import { compose } from './mime';
import type { Composed, Person } from './mime';
import { escape, personOf } from './mailbox';
import type { Owner, Placed, Place } from './mailbox';
import { colleagues, partners } from './people';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Newsletter {
  sender: Person;
  subjects: string[];
  every: number;
}

const NEWSLETTERS: Newsletter[] = [
  {
    sender: { name: 'Supply Chain Weekly', email: 'news@supplychainweekly.example' },
    subjects: [
      'Freight rates fall for the third week',
      'What the new customs rules mean',
      'Five warehouses to learn from',
    ],
    every: 7,
  },
  {
    sender: { name: 'Relecloud Product Updates', email: 'updates@relecloud.example' },
    subjects: ['New: scheduled exports', 'Release notes', 'Your dashboards just got faster'],
    every: 14,
  },
  {
    sender: { name: 'Tailspin Travel Deals', email: 'deals@tailspin.example' },
    subjects: ['Autumn fares from €39', 'Your points expire soon ✈️', 'Weekend in Lisbon?'],
    every: 9,
  },
  {
    sender: { name: 'Модерна Логістика', email: 'digest@logistyka.example' },
    subjects: ['Дайджест тижня: тарифи та черги на кордоні', 'Як зміниться митниця з нового року'],
    every: 10,
  },
];

const NOTICES: { sender: Person; subject: string; text: string; every: number }[] = [
  {
    sender: { name: 'NocoBase', email: 'no-reply@crm.contoso.example' },
    subject: 'You have been assigned 3 new leads',
    text: 'Three new leads have been assigned to you.\n\nOpen them in your workspace to get started.',
    every: 5,
  },
  {
    sender: { name: 'Woodgrove Bank', email: 'notifications@woodgrove.example' },
    subject: 'Your account statement is ready',
    text: 'Your monthly statement is available in online banking.',
    every: 30,
  },
  {
    sender: { name: 'Office Facilities', email: 'facilities@contoso.onmicrosoft.com' },
    subject: 'Fire drill on Thursday at 11:00',
    text: 'Please leave the building by the nearest exit when the alarm sounds.',
    every: 21,
  },
];

const MEETINGS = [
  'Weekly sales meeting',
  'Project kick-off',
  'Contract review',
  'Quarterly business review',
  '1:1 Bob / Alice',
];

export function bulk(owner: Owner): Placed[] {
  const { now, random } = owner;
  const placed: Placed[] = [];
  const put = (place: Place, message: Composed, seen: boolean) => {
    const flags = seen ? ['\\Seen'] : [];
    const stored: NewMessage = { raw: compose(message), flags, internalDate: message.date };
    placed.push({ place, date: message.date, message: stored });
  };
  const days = (every: number, act: (date: Date, index: number) => void) => {
    for (let age = random.next() * every, index = 0; age < 60; age += every, index++) {
      act(new Date(now.getTime() - age * DAY - random.int(1, 5) * HOUR), index);
    }
  };
  for (const { sender, subjects, every } of NEWSLETTERS) {
    days(every, (date, index) => {
      const subject = subjects[index % subjects.length] ?? '';
      put(random.chance(0.15) ? 'deleted' : 'inbox', newsletter(owner, sender, subject, date), random.chance(0.5));
    });
  }
  for (const { sender, subject, text, every } of NOTICES) {
    days(every, (date) => {
      const to = [personOf(owner.user)];
      put(
        'inbox',
        { id: `${random.hex(20)}@notice.example`, date, from: sender, to, subject, text },
        random.chance(0.8),
      );
    });
  }
  days(8, (date, index) => put('inbox', invitation(owner, date, index), random.chance(0.7)));
  days(12, (date) => put('junk', spam(owner, date), false));
  put('drafts', draft(owner), true);
  return placed;
}

function newsletter({ user, random }: Owner, from: Person, subject: string, date: Date): Composed {
  const host = from.email.split('@')[1] ?? '';
  const token = random.hex(16);
  const link = (path: string) => `https://click.${host}/r/${token}/${path}?utm_source=newsletter&utm_medium=email`;
  const story = (title: string, text: string, image: number) => `<tr><td width="180" valign="top" style="padding:12px">
<img src="https://images.${host}/${image}/300x200.jpg" width="160" height="107" alt="${escape(title)}" style="display:block;border:0"></td>
<td valign="top" style="padding:12px;font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px;color:#333333">
<h2 style="margin:0 0 8px;font-size:18px;color:#0b3d63">${escape(title)}</h2>${escape(text)}
<p><a href="${link(`story-${image}`)}" style="background:#0b6ab0;color:#ffffff;padding:8px 16px;text-decoration:none;border-radius:3px">Read more</a></p></td></tr>`;
  const lead = 'Our editors picked the stories that matter for your week, with numbers you can use.';
  const html = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>${escape(subject)}</title>
<style>body{margin:0;background:#eef1f4} a{color:#0b6ab0} @media only screen and (max-width:480px){.wide{width:100%!important}}</style></head>
<body><div style="display:none;max-height:0;overflow:hidden">${escape(lead)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" bgcolor="#eef1f4"><tr><td align="center">
<table role="presentation" class="wide" width="600" cellpadding="0" cellspacing="0" bgcolor="#ffffff" style="margin:24px 0">
<tr><td colspan="2" bgcolor="#0b3d63" style="padding:24px;color:#ffffff;font-family:Georgia,serif;font-size:26px">${escape(from.name)}</td></tr>
${story(subject, lead, random.int(10, 99))}
${story('In numbers', 'Volumes rose by 4.2 % against last year; lead times fell by a day and a half.', random.int(10, 99))}
${story('Coming up', 'Join our free webinar next Wednesday and bring your questions.', random.int(10, 99))}
<tr><td colspan="2" style="padding:16px;font:11px Arial;color:#888888;text-align:center">You receive this because you subscribed.
<a href="${link('unsubscribe')}">Unsubscribe</a> · 1 Example Street, Springfield</td></tr></table></td></tr></table>
<img src="https://track.${host}/open/${token}.gif" width="1" height="1" alt="" style="display:none"></body></html>`;
  return {
    id: `${random.hex(20)}@${host}`,
    date,
    from,
    to: [personOf(user)],
    subject,
    text: `${from.name}\n\n${subject}\n\n${lead}\n\nRead more: ${link('story')}\nUnsubscribe: ${link('unsubscribe')}\n`,
    html,
    headers: {
      'List-Unsubscribe': `<${link('unsubscribe')}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Id': `<weekly.${host}>`,
      Precedence: 'bulk',
    },
  };
}

function invitation({ user, random }: Owner, date: Date, index: number): Composed {
  const from = random.pick([...colleagues, ...partners]);
  const subject = MEETINGS[index % MEETINGS.length] ?? '';
  const begin = new Date(Math.ceil((date.getTime() + 3 * DAY) / HOUR) * HOUR);
  const stamp = (when: Date) => when.toISOString().replace(/[-:]|\.\d+/g, '');
  const cancelled = index % 5 === 4;
  const method = cancelled ? 'CANCEL' : 'REQUEST';
  const lines = [
    'BEGIN:VCALENDAR',
    `METHOD:${method}`,
    'PRODID:Microsoft Exchange Server 2010',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    `ORGANIZER;CN=${from.name}:mailto:${from.email}`,
    `ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=${user.name}:mailto:${user.upn}`,
    `UID:040000008200E00074C5B7101A82E008${random.hex(32).toUpperCase()}`,
    `SUMMARY;LANGUAGE=en-US:${subject}`,
    `DTSTART:${stamp(begin)}`,
    `DTEND:${stamp(new Date(begin.getTime() + HOUR))}`,
    `DTSTAMP:${stamp(date)}`,
    'LOCATION;LANGUAGE=en-US:Meeting room Dnipro\\, 3rd floor',
    `STATUS:${cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    'SEQUENCE:0',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return {
    id: `${random.hex(20)}@${from.email.split('@')[1] ?? ''}`,
    date,
    from,
    to: [personOf(user)],
    subject: cancelled ? `Canceled: ${subject}` : subject,
    text: `${subject}\n${begin.toUTCString()}\nMeeting room Dnipro, 3rd floor\n`,
    html: `<html><body><p><b>${escape(subject)}</b></p><p>${begin.toUTCString()}<br>Meeting room Dnipro, 3rd floor</p></body></html>`,
    calendar: { method, text: `${lines.join('\r\n')}\r\n` },
    headers: { 'Content-Class': 'urn:content-classes:calendarmessage' },
  };
}

function spam({ user, random }: Owner, date: Date): Composed {
  const subject = random.pick([
    'You have won a gift card!!!',
    'URGENT: verify your mailbox',
    'Re: invoice overdue final notice',
  ]);
  return {
    id: `${random.hex(20)}@cheap-offers.example`,
    date,
    from: { name: 'Account Team', email: `support${random.int(10, 99)}@cheap-offers.example` },
    to: [personOf(user)],
    subject,
    text: `${subject}\n\nClick here: http://198.51.100.7/login\n`,
    html: `<html><body><h1>${subject}</h1><script>alert(1)</script><form action="http://198.51.100.7/login"><input name="password"></form>
<a href="http://198.51.100.7/login" onclick="steal()">https://login.microsoftonline.com</a></body></html>`,
  };
}

function draft({ user, now, random }: Owner): Composed {
  const to = random.pick(partners);
  return {
    id: `${random.hex(20)}@contoso.onmicrosoft.com`,
    date: new Date(now.getTime() - 5 * HOUR),
    from: personOf(user),
    to: [to],
    subject: `Offer for ${to.company}`,
    text: `Hi ${to.name.split(' ')[0] ?? ''},\n\nas discussed, please find below\n`,
  };
}
