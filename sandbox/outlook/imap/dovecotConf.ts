/** The generated configuration of the private Dovecot 2.3. */

export interface DovecotConf {
  dir: string;
  user: string;
  uid: number;
  group: string;
  port: number;
  introspectionUrl: string;
  format: MailFormat;
}

export type MailFormat = 'mdbox' | 'sdbox' | 'maildir';

export const LMTP_BINARY = '/usr/lib/dovecot/lmtp';

/** Exchange's own list; STARTTLS and AUTH= are added by Dovecot and hidden by the shim. */
const CAPABILITIES = 'IMAP4 IMAP4rev1 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+';

/** An unknown key in this file kills authentication while logins still hang: keep it to these. */
export function oauthConf(conf: DovecotConf): string {
  return `introspection_mode = auth
introspection_url = ${conf.introspectionUrl}
username_attribute = upn
active_attribute = active
active_value = true
timeout_msecs = 30000
`;
}

export function dovecotConf(conf: DovecotConf): string {
  const { dir, user, uid, group, port } = conf;
  return `base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/dovecot.log
instance_name = outlook-sandbox
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
first_valid_uid = ${uid}
last_valid_uid = ${uid}
# The shim ends TLS; loopback counts as secured.
ssl = no
auth_mechanisms = xoauth2
disable_plaintext_auth = yes
auth_failure_delay = 0
login_greeting = The Microsoft Exchange IMAP4 service is ready.
imap_capability = ${CAPABILITIES}
mail_location = ${conf.format}:~/${conf.format}
mailbox_list_index = yes
mail_fsync = never
imap_idle_notify_interval = 2 mins
imap_hibernate_timeout = 0
mail_max_userip_connections = 40
recipient_delimiter = +
namespace inbox {
  inbox = yes
  separator = /
}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${dir}/oauth2.conf.ext
}
userdb {
  driver = passwd-file
  args = username_format=%Lu ${dir}/users
}
service imap-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  client_limit = 2000
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service imap {
  service_count = 100
  process_limit = 1024
}
service anvil {
  chroot =
  # Without this a few refused logins delay the good ones by up to 15 s.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
  client_limit = 3000
}
service auth {
  client_limit = 5000
}
service stats {
  chroot =
}
service dns-client {
  chroot =
}
service lmtp {
  executable = ${LMTP_BINARY}
  unix_listener lmtp {
    mode = 0600
  }
}
`;
}
