export function runSpecs(report: string, backend?: string): Promise<void>;
