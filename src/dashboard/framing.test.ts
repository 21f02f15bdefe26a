import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './framing.ts';

/** A frame with this header and body. */
function frameOf(header: string, body: Uint8Array = new Uint8Array()): Uint8Array {
  const json = new TextEncoder().encode(header);
  const frame = new Uint8Array(4 + json.length + body.length);
  new DataView(frame.buffer).setUint32(0, json.length, true);
  frame.set(json, 4);
  frame.set(body, 4 + json.length);
  return frame;
}

describe('framing', () => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 }),
        fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 4 }),
        (message, bytes) => {
          const buffers = bytes.map((buffer) => Uint8Array.from(buffer).buffer);
          const back = decodeFrame(encodeFrame({ message, buffers }));
          expect(JSON.stringify(back.message)).toBe(JSON.stringify(message));
          expect(back.buffers).toEqual(buffers);
        },
      ),
    );
  });

  it('gives buffers that numbers of any width can be read from, wherever the frame lies', () => {
    const numbers = Float32Array.of(1, 2.5, NaN);
    const frame = encodeFrame({ message: { odd: 'ü' }, buffers: [Uint8Array.of(7).buffer, numbers.buffer] });
    const within = new Uint8Array(frame.length + 3);
    within.set(frame, 3);
    for (const bytes of [within.subarray(3), Buffer.from(within.buffer, 3)]) {
      const { buffers } = decodeFrame(bytes);
      expect(buffers[1]!.byteLength).toBe(12);
      expect(new Float32Array(buffers[1]!)).toEqual(numbers);
    }
  });

  it.each([
    ['nothing', new Uint8Array(), /has no length/],
    ['a length beyond the end', Uint8Array.of(255, 255, 255, 255, 1), /claims 4294967295 bytes of message/],
    ['no JSON', frameOf('{"message":'), /no JSON/],
    ['no UTF-8', frameOf('').fill(0xff, 4), /no JSON|no object/],
    ['no message', frameOf('{"lengths":[]}'), /no object/],
    ['null', frameOf('null'), /no object/],
    ['a list for a message', frameOf('{"message":[],"lengths":[]}'), /no object/],
    ['no lengths', frameOf('{"message":{}}'), /no lengths/],
    ['negative lengths', frameOf('{"message":{},"lengths":[-1,1]}'), /no lengths/],
    ['fractions', frameOf('{"message":{},"lengths":[0.5]}'), /no lengths/],
    ['more than there is', frameOf('{"message":{},"lengths":[9007199254740991]}'), /claims/],
    ['less than there is', frameOf('{"message":{},"lengths":[1]}', Uint8Array.of(1, 2)), /claims/],
  ])('refuses %s', (_, frame, why) => {
    expect(() => decodeFrame(frame)).toThrow(why);
  });

  it('answers any bytes with an envelope or an error that says why', () => {
    const whole = encodeFrame({ message: { type: 'hello', v: 1 }, buffers: [Uint8Array.of(1, 2, 3).buffer] });
    const damaged = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const frame = whole.slice();
        for (const [at, value] of changes) frame[at] = value;
        return frame;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), damaged), (frame) => {
        try {
          expect(typeof decodeFrame(frame).message).toBe('object');
        } catch (error) {
          expect((error as Error).message).toMatch(/frame/);
        }
      }),
    );
  });
});
