/**
 * The U-Net of the image teachers: residual blocks at ever lower resolutions and back, each block of the way down
 * handing its output to its counterpart on the way up, self-attention at the lowest resolution.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Random } from '../random.ts';
import type { DenoiserNetwork, Params } from './denoiser.ts';
import { edmDenoiser } from './edm-denoiser.ts';
import { embed, initEmbedding } from './embedding.ts';
import { groupNorm } from './group-norm.ts';
import { Initialiser } from './initialise.ts';
import { conv2d, downsample2x, layer, silu, upsample2x } from './layers.ts';
import { attentionBlock, initAttentionBlock, initResidualBlock, residualBlock, type Block } from './residual-block.ts';

const positive = z.number().int().positive().max(4096);

export const UnetOptions = z
  .strictObject({
    imageShape: z
      .tuple([positive, positive, positive])
      .default([28, 28, 1])
      .describe('[height, width, channels] of an image.'),
    channels: z
      .array(positive)
      .nonempty()
      .default([32, 64, 96])
      .describe('Channels at each resolution, highest first.'),
    blocks: z.array(positive).nonempty().default([1, 2, 2]).describe('Residual blocks at each resolution, each way.'),
    groups: positive.default(8).describe('Groups of every GroupNorm; divides all channels.'),
    embeddingWidth: positive.default(128).describe('Width of the embedding of noise level and class.'),
    classes: z.number().int().min(0).max(100_000).default(0).describe('Classes it is conditioned on; 0: none.'),
    sigmaData: z.number().positive().default(0.5).describe('Standard deviation of the data.'),
  })
  .refine(({ channels, blocks }) => channels.length === blocks.length, {
    error: 'channels and blocks must name the same number of resolutions',
  })
  .refine(({ channels, groups }) => channels.every((c) => c % groups === 0), {
    error: 'groups must divide every number of channels',
  })
  .refine(({ imageShape: [h, w], channels }) => [h, w].every((side) => side % 2 ** (channels.length - 1) === 0), {
    error: 'height and width must halve evenly at every resolution',
  });
export type UnetOptions = z.output<typeof UnetOptions>;

/** The EDM-preconditioned U-Net of `input`, whose keys have defaults for 28×28 grey images. */
export function unet(input: z.input<typeof UnetOptions> = {}): DenoiserNetwork {
  const options = UnetOptions.parse(input);
  const { imageShape, channels, groups, embeddingWidth, classes, sigmaData } = options;
  const [first, last] = [channels[0]!, channels.at(-1)!];
  const embedding = { classes, width: embeddingWidth };
  const { down, middle, up } = unetBlocks(options);

  function init(random: Random): Params {
    const init = new Initialiser(random);
    const residual = (block: Block) => initResidualBlock(init, block, embeddingWidth);
    initEmbedding(init, embedding);
    init.conv2d('conv_in', 3, imageShape[2], first);
    down.flat().forEach(residual);
    residual(middle[0]);
    initAttentionBlock(init, 'mid_block.attentions.0', last);
    residual(middle[1]);
    up.flat().forEach(residual);
    init.norm('conv_norm_out', first);
    init.conv2d('conv_out', 3, first, imageShape[2], 'zero');
    return init.params;
  }

  function network(params: Params, x: tf.Tensor, cNoise: tf.Tensor, labels?: tf.Tensor1D): tf.Tensor {
    const told = embed(params, cNoise, labels, embedding);
    const residual = (block: Block, h: tf.Tensor) => residualBlock(params, block, h, told, groups);
    const skips: tf.Tensor[] = [];

    let h = conv2d(x, layer(params, 'conv_in'));
    down.forEach((blocks, level) => {
      if (level > 0) h = downsample2x(h);
      for (const block of blocks) skips.push((h = residual(block, h)));
    });

    h = residual(middle[0], h);
    h = attentionBlock(params, 'mid_block.attentions.0', h, groups);
    h = residual(middle[1], h);

    up.forEach((blocks, level) => {
      if (level > 0) h = upsample2x(h);
      for (const block of blocks) h = residual(block, tf.concat([h, skips.pop()!], 3));
    });
    return conv2d(silu(groupNorm(h, layer(params, 'conv_norm_out'), groups)), layer(params, 'conv_out'));
  }

  return edmDenoiser(network, sigmaData, {
    sampleShape: imageShape,
    classes,
    architecture: { kind: 'unet', options },
    init,
  });
}

/** Every residual block with its name (as in diffusers) and channels: by resolution on the way down and up. */
function unetBlocks({ channels, blocks }: UnetOptions): { down: Block[][]; middle: [Block, Block]; up: Block[][] } {
  const skips: number[] = [];
  let inputs = channels[0]!;
  const next = (name: string, outputs: number, skip = 0): Block => {
    const block = { name, inputs: inputs + skip, outputs };
    inputs = outputs;
    return block;
  };

  const down = channels.map((outputs, level) =>
    Array.from({ length: blocks[level]! }, (_, i) => {
      skips.push(outputs);
      return next(`down_blocks.${level}.resnets.${i}`, outputs);
    }),
  );
  const middle: [Block, Block] = [
    next('mid_block.resnets.0', channels.at(-1)!),
    next('mid_block.resnets.1', channels.at(-1)!),
  ];
  const up = channels
    .toReversed()
    .map((outputs, level) =>
      Array.from({ length: blocks.at(-1 - level)! }, (_, i) =>
        next(`up_blocks.${level}.resnets.${i}`, outputs, skips.pop()!),
      ),
    );
  return { down, middle, up };
}
