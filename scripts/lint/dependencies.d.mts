export const mayImport: Record<string, string[]>;
export const dependencyZones: object[];
