/** Registers everything the browser shows: pages, settings, header icon, block and action models; the same in both runtimes. */
import React, { useContext } from 'react';
import { PinnedPluginListContext, Plugin } from '@nocobase/client-v2';
import { MAIL_PATH, OAUTH_CALLBACK_PATH, SETTINGS_PAGE_KEY, SETTINGS_SNIPPET } from '../shared/constants';
import { clientCollections } from './blocks/collections';
import { MailHeaderIcon } from './header/MailHeaderIcon';
import { forgetAtSignOut } from './compose/signedIn';
import { translator } from './locale';

/** The legacy header reads its icons from this context; the modern one from TopbarActionModel subclasses. */
function LegacyHeader({ children }: React.PropsWithChildren) {
  const { items } = useContext(PinnedPluginListContext);
  const mail = { order: 302, component: MailHeaderIcon, pin: true, snippet: '*' };
  return (
    <PinnedPluginListContext.Provider value={{ items: { ...items, mail } }}>
      {children}
    </PinnedPluginListContext.Provider>
  );
}

export class PluginEmailManagerClient extends Plugin {
  override async load(): Promise<void> {
    this.addSettings();
    this.addPages();
    this.addHeaderIcon();
    this.addModels();
    this.addCollections();
    forgetAtSignOut(this.app);
  }

  private addSettings(): void {
    const settings = this.app.pluginSettingsManager;
    const title = translator((key, options) => this.t(key, options))('Email settings');
    const page = { title, icon: 'MailOutlined', aclSnippet: SETTINGS_SNIPPET };
    const componentLoader = () => import('./settings/SettingsPage');
    if ('addMenuItem' in settings) {
      settings.addMenuItem({ key: SETTINGS_PAGE_KEY, ...page });
      settings.addPageTabItem({ menuKey: SETTINGS_PAGE_KEY, key: 'index', title, componentLoader });
    } else {
      settings.add(SETTINGS_PAGE_KEY, { ...page, componentLoader });
    }
  }

  private addPages(): void {
    const componentLoader = () => import('./mail/MailPage');
    // One route for the list and an open conversation: two would build the page anew on every click.
    this.router.add('admin.mail', { path: `${MAIL_PATH}/:threadId?`, componentLoader });
    // Outside every layout and its sign-in check: the answer must survive a needed sign-in without a trip through the URL.
    this.router.add('mailSignIn', {
      path: OAUTH_CALLBACK_PATH,
      skipAuthCheck: true,
      componentLoader: () => import('./accounts/CallbackPage'),
    });
  }

  private addHeaderIcon(): void {
    if ('addMenuItem' in this.app.pluginSettingsManager) {
      this.flowEngine.registerModelLoaders({
        MailTopbarActionModel: { extends: 'TopbarActionModel', loader: () => import('./header/MailTopbarActionModel') },
      });
    } else {
      this.app.use(LegacyHeader);
    }
  }

  private addModels(): void {
    const loader = () => import('./blocks/models');
    this.flowEngine.registerModelLoaders({
      EmailTableBlockModel: { extends: 'TableBlockModel', loader },
      EmailComposeBlockModel: { extends: 'BlockModel', loader },
      MailSendActionModel: { extends: 'ActionModel', loader },
      MailOpenActionModel: { extends: 'ActionModel', loader },
    });
  }

  /** Collections of a plugin are not part of the client's data source: they are added again after each (re)load of it. */
  private addCollections(): void {
    const add = () => {
      const main = this.flowEngine.dataSourceManager.getDataSource('main');
      for (const collection of clientCollections) {
        if (main && !main.getCollection(collection.name)) main.addCollection(collection);
      }
    };
    if ('addMenuItem' in this.app.pluginSettingsManager) {
      this.app.eventBus.addEventListener('dataSource:loaded', (event) => {
        const { dataSourceKey } = (event as CustomEvent<{ dataSourceKey?: string }>).detail ?? {};
        if (dataSourceKey === 'main' || dataSourceKey === '*') add();
      });
    } else {
      this.app.dataSourceManager.getDataSource('main')?.addReloadCallback?.(add);
    }
  }
}

export default PluginEmailManagerClient;
