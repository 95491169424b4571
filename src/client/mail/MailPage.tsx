/** The mail centre's page: what there is to show, or what has to happen first. */
import React, { useEffect, useMemo, useState } from 'react';
import { observer } from '@nocobase/flow-engine';
import { Skeleton, theme } from 'antd';
import { useParams, useSearchParams } from 'react-router-dom';
import { NoAccount } from '../accounts/NoAccount';
import { ErrorNotice } from '../ErrorNotice';
import { useMail } from '../live';
import { Loading } from '../Loading';
import { useT } from '../locale';
import { MailCentre } from './MailCentre';
import { MailProvider } from './MailContext';
import { MailTheme } from './MailTheme';
import { useFillHeight } from './useFillHeight';
import { viewOf } from './view';

const MailPage = observer(function MailPage() {
  const { token } = theme.useToken();
  const live = useMail();
  const { threadId } = useParams();
  const [query] = useSearchParams();
  const search = query.toString();
  const view = useMemo(() => viewOf(new URLSearchParams(search)), [search]);
  const { loaded, error, accounts } = live.state;
  if (!loaded) return <Waiting />;
  if (error && accounts.length === 0) {
    return (
      <div style={{ padding: token.paddingLG }}>
        <ErrorNotice view={error} onRetry={() => void live.refresh()} />
      </div>
    );
  }
  if (accounts.length === 0) {
    return <Welcome />;
  }
  return (
    <MailProvider keys>
      <MailCentre view={view} threadId={threadId ?? null} />
    </MailProvider>
  );
});

/** Before the first mailbox is connected. */
function Welcome() {
  const t = useT();
  const { token } = theme.useToken();
  const [element, minHeight] = useFillHeight();
  return (
    <MailTheme>
      <main
        ref={element}
        aria-label={t('Mail')}
        style={{ background: token.colorBgContainer, minHeight, display: 'grid', alignItems: 'center' }}
      >
        <NoAccount />
      </main>
    </MailTheme>
  );
}

/** Nothing is known yet; a fast answer shows no skeleton at all. */
function Waiting() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 250);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Loading style={{ padding: 24, minHeight: 400 }}>{late && <Skeleton active paragraph={{ rows: 8 }} />}</Loading>
  );
}

export default MailPage;
