/** The part of the NocoBase 2.2 client API that this plugin uses. Ambient on purpose: same result with or without the packages installed. */
declare module '@nocobase/flow-engine' {
  import type { ComponentType, ReactNode } from 'react';

  export interface FlowView {
    close(): void;
  }
  /** Other keys go to antd's Modal or Drawer. */
  export interface ViewerOptions {
    title?: string;
    width?: number | string;
    content: (view: FlowView) => ReactNode;
    [key: string]: unknown;
  }
  export interface FlowContext {
    app: import('@nocobase/client-v2').Application;
    api: import('@nocobase/client-v2').APIClient;
    t(key: string, options?: Record<string, unknown>): string;
    message: Record<'success' | 'error' | 'info' | 'warning', (text: string) => void>;
    viewer: Record<'dialog' | 'drawer', (o: ViewerOptions) => void>;
    makeResource<T>(type: new (...a: never[]) => T): T;
    resource?: unknown;
    record?: Record<string, unknown>;
    blockModel?: FlowModel;
  }
  export interface FlowStep {
    title?: string;
    uiSchema?: Record<string, unknown>;
    defaultParams?: Record<string, unknown>;
    handler(ctx: FlowContext, params: Record<string, unknown>): unknown;
  }
  export interface FlowDefinition {
    key: string;
    title?: string;
    on?: string;
    sort?: number;
    steps: Record<string, FlowStep>;
  }
  export interface ModelMeta {
    label?: string;
    sort?: number;
    /** Whether it is left out of the menus that offer it; asked with the context of the block around. */
    hide?: boolean | ((context: FlowContext) => boolean);
    createModelOptions?: Record<string, unknown> | (() => Record<string, unknown>);
  }
  export class FlowModel {
    static define(meta: ModelMeta): void;
    static registerFlow(flow: FlowDefinition): void;
    readonly context: FlowContext;
    props: Record<string, unknown>;
    uid: string;
    render(): ReactNode;
  }
  export interface Collection {
    name: string;
    title: string;
    dataSourceKey: string;
  }
  export interface DataSource {
    getCollection(name: string): Collection | undefined;
    addCollection(options: object): void;
  }
  export interface FlowEngine {
    context: FlowContext;
    dataSourceManager: { getDataSource(key: string): DataSource | undefined };
    registerModels(models: Record<string, typeof FlowModel>): void;
    registerModelLoaders(loaders: Record<string, { extends?: string; loader: () => Promise<unknown> }>): void;
  }
  export class SingleRecordResource<T = unknown> {
    getData(): T;
    refresh(): Promise<void>;
  }
  export class MultiRecordResource<T = unknown> {
    getData(): T[];
    refresh(): Promise<void>;
    create(values: Partial<T>): Promise<void>;
  }
  export function useFlowEngine(): FlowEngine;
  export function tExpr(key: string, options?: { ns?: string | string[] }): string;
  export function observer<P extends object>(
    component: ComponentType<P>,
    options?: { displayName?: string },
  ): ComponentType<P>;
  export function observable<T extends object>(value: T): T;
}

declare module '@nocobase/client-v2' {
  import type { ComponentType, Context, PropsWithChildren, ReactNode } from 'react';
  import type {
    Collection,
    FlowEngine,
    FlowModel,
    SingleRecordResource,
    MultiRecordResource,
  } from '@nocobase/flow-engine';

  export interface APIClient {
    axios: {
      interceptors: {
        response: { use<T extends { config: { url?: string }; data?: unknown }>(done: (response: T) => T): number };
      };
    };
    auth: { token: string | null };
    request<T = unknown>(config: {
      url: string;
      method?: string;
      params?: object;
      data?: unknown;
      headers?: Record<string, string>;
      signal?: AbortSignal;
      responseType?: 'blob';
      onUploadProgress?: (event: { loaded: number; total?: number }) => void;
      /** The caller shows its errors itself. */
      skipNotify?: boolean;
      /** A 401 is the caller's: no redirect to the sign-in page. */
      skipAuth?: boolean;
    }): Promise<{ data: T }>;
    resource(name: string): Record<string, (params?: object) => Promise<{ data: unknown }>>;
  }
  export interface RouteOptions {
    path?: string;
    skipAuthCheck?: boolean;
    Component?: ComponentType | string;
    componentLoader?: () => Promise<{ default: ComponentType }>;
  }
  export interface ModernSettings {
    addMenuItem(o: { key: string; title: ReactNode; icon?: string; aclSnippet?: string; sort?: number }): void;
    addPageTabItem(o: {
      menuKey: string;
      key: string;
      title: ReactNode;
      aclSnippet?: string;
      componentLoader: RouteOptions['componentLoader'];
    }): void;
  }
  export interface LegacySettings {
    add(
      name: string,
      o: { title: ReactNode; icon?: string; aclSnippet?: string; componentLoader?: RouteOptions['componentLoader'] },
    ): void;
  }
  export interface Application {
    apiClient: APIClient;
    eventBus: EventTarget;
    i18n: { language: string };
    flowEngine: FlowEngine;
    router: {
      add(name: string, o: RouteOptions): void;
      navigate(path: string, options?: { replace?: boolean; state?: unknown }): void;
      getBasename(): string | undefined;
    };
    pluginSettingsManager: (ModernSettings | LegacySettings) & { hasAuth(name: string): boolean };
    /** Where this runtime is served, with slashes at both ends. */
    getPublicPath(): string;
    getHref(path: string): string;
    /** legacy client only: `addReloadCallback` */
    dataSourceManager: { getDataSource(key: string): { addReloadCallback?(cb: () => void): void } | undefined };
    use(provider: ComponentType<PropsWithChildren>, props?: object): void;
  }
  export class Plugin {
    protected app: Application;
    get router(): Application['router'];
    get flowEngine(): FlowEngine;
    t(key: string, options?: object): string;
    afterAdd(): Promise<void>;
    beforeLoad(): Promise<void>;
    load(): Promise<void>;
  }
  export const PinnedPluginListContext: Context<{
    items: Record<string, { component: ComponentType | string; order?: number; pin?: boolean; snippet?: string }>;
  }>;
  export class TopbarActionModel extends FlowModel {
    sort: number;
    actionId?: string;
    tooltip: string;
  }
  export class BlockModel extends FlowModel {
    static scene: string;
    renderComponent(): ReactNode;
  }
  export class CollectionBlockModel extends BlockModel {
    static filterCollection(c: Collection): boolean;
    createResource(): unknown;
    get resource(): unknown;
  }
  export class TableBlockModel extends CollectionBlockModel {
    get resource(): MultiRecordResource;
  }
  export class DetailsBlockModel extends CollectionBlockModel {
    get resource(): SingleRecordResource;
  }
  export const BlockSceneEnum: Record<'one' | 'many' | 'new' | 'select' | 'filter', string>;
  export const ActionSceneEnum: Record<'collection' | 'record' | 'both' | 'all', string>;
  export class ActionModel extends FlowModel {
    static scene: string;
    defaultProps: Record<string, unknown>;
  }
}
