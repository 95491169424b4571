/** The part of oidc-provider 9 the sandbox uses; the package ships no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface AdapterPayload {
    uid?: string;
    userCode?: string;
    grantId?: string;
    accountId?: string;
    consumed?: number;
    iat?: number;
    [key: string]: unknown;
  }

  export interface Adapter {
    upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void>;
    find(id: string): Promise<AdapterPayload | undefined>;
    findByUid(uid: string): Promise<AdapterPayload | undefined>;
    findByUserCode(userCode: string): Promise<AdapterPayload | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  export interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export interface InteractionDetails {
    uid: string;
    grantId?: string;
    prompt: { name: string; reasons: string[]; details: Record<string, unknown> };
    params: Record<string, string | undefined> & { client_id: string };
    session?: { accountId: string };
  }

  export interface ProviderContext {
    path: string;
    type: string;
    body: unknown;
    state: Record<string, unknown>;
    req: IncomingMessage & { body?: Record<string, string>; baseUrl?: string };
    response: { get(name: string): string };
    oidc?: { route: string; entities: { Account?: { accountId: string } } };
  }

  export interface ErrorOut {
    error: string;
    error_description?: string;
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    Grant: {
      new (properties: { accountId: string; clientId: string }): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    Client: { prototype: { redirectUriAllowed(value: string): boolean; redirectUris: string[] } };
    use(middleware: (ctx: ProviderContext, next: () => Promise<void>) => Promise<void>): void;
    on(
      event: string,
      listener: (ctx: ProviderContext, error: Error & { error_detail?: string; error_description?: string }) => void,
    ): void;
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>;
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<InteractionDetails>;
    interactionFinished(
      req: IncomingMessage,
      res: ServerResponse,
      result: Record<string, unknown>,
      options?: { mergeWithLastSubmission?: boolean },
    ): Promise<void>;
  }

  export const interactionPolicy: {
    base(): { add(prompt: object, index?: number): void };
    Prompt: new (options: { name: string; requestable: boolean }) => object;
  };

  export const errors: { InvalidTarget: new (message?: string) => Error };
}
