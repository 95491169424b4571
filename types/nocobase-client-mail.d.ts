/** More of the host's client API: what the mail centre, the composer and the blocks use. */
declare module '@nocobase/flow-engine' {
  import type { ComponentType, Key, ReactNode } from 'react';

  export interface NoticeOptions {
    key?: Key;
    message: ReactNode;
    description?: ReactNode;
    btn?: ReactNode;
    icon?: ReactNode;
    duration?: number | null;
    placement?: 'bottomLeft' | 'bottomRight' | 'topRight' | 'topLeft';
    role?: 'alert' | 'status';
    onClose?: () => void;
  }
  export interface FlowContext {
    notification: Record<'open' | 'success' | 'error' | 'info' | 'warning', (options: NoticeOptions) => void> & {
      destroy(key?: Key): void;
    };
    modal: Record<
      'confirm' | 'warning',
      (options: {
        title: ReactNode;
        content?: ReactNode;
        okText?: ReactNode;
        cancelText?: ReactNode;
        okButtonProps?: object;
        onOk?: () => void;
        onCancel?: () => void;
      }) => void
    >;
    /** The flow's own model, inside handlers. */
    model: FlowModel;
    collection?: Collection;
    /** The popup that a block stands in, with the record it is about. */
    popup?: Promise<
      { resource?: { dataSourceKey?: string; collectionName?: string; filterByTk?: unknown } } | undefined
    >;
    /** What the event brought along, inside handlers. */
    inputArgs: Record<string, unknown>;
    defineProperty(name: string, options: { value?: unknown; get?: () => unknown }): void;
  }
  export interface FlowModel {
    setProps(props: Record<string, unknown>): void;
    translate(text: string): string;
    onInit(options: unknown): void;
    onMount(): void;
    onUnmount(): void;
  }
  export interface ModelMeta {
    group?: string;
  }
  export interface CollectionField {
    name: string;
    title: string;
    interface?: string;
  }
  export interface Collection {
    filterTargetKey?: string | string[];
    getFields(): CollectionField[];
  }
  export const FlowEngineProvider: ComponentType<{ engine: FlowEngine; children?: ReactNode }>;
}

declare module '@nocobase/client-v2' {
  import type { ComponentType } from 'react';

  export interface Application {
    i18n: { language: string };
  }
  /** The host's rich text editor (Quill), loaded when first rendered. */
  export const RichTextField: ComponentType<{
    value?: string;
    onChange: (html: string) => void;
    disabled?: boolean;
    modules?: object;
    formats?: string[];
  }>;
  /** A text area whose value may name variables of the page and its record, for settings of actions. */
  export const TextAreaWithContextSelector: ComponentType<{ value?: string; onChange?: (value: string) => void }>;
}

declare module '@emotion/css' {
  /** Makes a class name of CSS text. */
  export function css(strings: TemplateStringsArray, ...values: (string | number)[]): string;
}

declare module 'react-router-dom' {
  export function useParams(): Readonly<Record<string, string | undefined>>;
  export function useNavigate(): (to: string, options?: { replace?: boolean; state?: unknown }) => void;
  export function useSearchParams(): [URLSearchParams, (next: URLSearchParams, o?: { replace?: boolean }) => void];
}
