/** oidc-provider warns about Node 20 and about bodies read before it; both are meant here, so they are not shown. */
const warn = console.warn.bind(console);

console.warn = (...parts: unknown[]) => {
  if (!/oidc-provider WARNING: (Unsupported runtime|already parsed)/.test(String(parts[0]))) warn(...parts);
};
