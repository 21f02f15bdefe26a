/**
 * Sets ONNX Runtime's telemetry off, unless the environment has its own word for it. From version 1.29 on the official
 * libraries for Linux tell Microsoft of every process and session, and keep a device's name in the user's cache. Nobody
 * who trains here was asked. It must be called before the library is loaded, in the main thread: a worker's environment
 * is a copy which native code does not see.
 */
export function withoutTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
}
