/**
 * An envelope as bytes, for transports that carry bytes alone: four of them the length of what follows, little-endian, then
 * JSON with the message and the lengths of its buffers, then these. Page and host share it.
 */
import type { Envelope } from './protocol.ts';

interface Header {
  readonly message: object;
  readonly lengths: readonly number[];
}

const LENGTH_BYTES = 4;

/** The bytes of `envelope`. */
export function encodeFrame({ message, buffers }: Envelope<object>): Uint8Array<ArrayBuffer> {
  const header: Header = { message, lengths: buffers.map((buffer) => buffer.byteLength) };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const total = buffers.reduce((sum, buffer) => sum + buffer.byteLength, LENGTH_BYTES + json.length);
  const frame = new Uint8Array(total);
  new DataView(frame.buffer).setUint32(0, json.length, true);
  frame.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + json.length;
  for (const buffer of buffers) {
    frame.set(new Uint8Array(buffer), at);
    at += buffer.byteLength;
  }
  return frame;
}

/**
 * The envelope in `frame`, with buffers of their own. Only its form is checked: the message is an object. Throws an `Error`
 * that says what is wrong.
 */
export function decodeFrame(frame: Uint8Array): Envelope<object> {
  if (frame.length < LENGTH_BYTES) throw new Error(`a frame of ${frame.length} bytes has no length`);
  const size = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true);
  const begin = LENGTH_BYTES + size;
  if (begin > frame.length) throw new Error(`a frame of ${frame.length} bytes claims ${size} bytes of message`);
  const { message, lengths } = headerOf(frame.subarray(LENGTH_BYTES, begin));
  const total = lengths.reduce((sum, length) => sum + length, begin);
  if (total !== frame.length) throw new Error(`a frame of ${frame.length} bytes claims ${total} bytes`);
  let at = frame.byteOffset + begin;
  // not the frame's own slice, which for a Buffer of Node shares what it is cut from
  const buffers = lengths.map((length) => (frame.buffer as ArrayBuffer).slice(at, (at += length)));
  return { message, buffers };
}

function headerOf(json: Uint8Array): Header {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw new Error('the message of a frame is no JSON');
  }
  const { message, lengths } = (value ?? {}) as Partial<Header>;
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw new Error('the message of a frame is no object');
  if (!Array.isArray(lengths) || !lengths.every((length) => Number.isSafeInteger(length) && length >= 0))
    throw new Error('the lengths of a frame are no lengths');
  return { message, lengths: lengths as number[] };
}
