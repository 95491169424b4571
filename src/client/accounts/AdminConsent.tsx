/** "Need admin approval": the link where an administrator of the organisation approves the app, and a letter to send along. */
import React from 'react';
import { Flex, Typography } from 'antd';
import { CopyField } from '../CopyField';
import { useT } from '../locale';

export function AdminConsent({ url }: { url: string }) {
  const t = useT();
  const request = t(
    'Hello,\n\nI would like to read and send my Outlook mail in NocoBase ({{address}}). Our organisation lets only administrators approve such apps. Please open this link once, sign in as an administrator and accept:\n\n{{url}}\n\nThe app may then, for each person who connects: read and change that person’s mail (IMAP.AccessAsUser.All), send mail as that person (SMTP.Send), and stay connected (offline_access).\n\nThank you!',
    { address: window.location.origin, url },
  );
  return (
    <Flex vertical gap="small">
      <Typography.Text strong>{t('Link for your Microsoft administrator')}</Typography.Text>
      <CopyField value={url} label={t('Link for your Microsoft administrator')} />
      <Typography.Text strong>{t('A text you can send along')}</Typography.Text>
      <CopyField value={request} label={t('A text you can send along')} rows={6} />
    </Flex>
  );
}
