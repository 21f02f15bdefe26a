/** The kernels that run as TensorFlow.js' own, and why they may: none is part of a convolutional or attention network. */
export const NOT_LOWERED: Readonly<Record<string, readonly string[]>> = {
  'their results have a length that only the numbers tell': [
    'NonMaxSuppressionV3',
    'NonMaxSuppressionV4',
    'NonMaxSuppressionV5',
    'RaggedGather',
    'RaggedRange',
    'RaggedTensorToTensor',
    'SparseFillEmptyRows',
    'SparseReshape',
    'SparseSegmentMean',
    'SparseSegmentSum',
    'Unique',
  ],
  'they are about strings': ['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
  'they are about complex numbers': ['FFT', 'IFFT'],
  'they prepare images': ['CropAndResize', 'Draw', 'RotateWithOffset', 'Transform'],
  'they are morphology': ['Dilation2D', 'Dilation2DBackpropFilter', 'Dilation2DBackpropInput'],
  'they count, or are about bits and shapes': ['Bincount', 'BitwiseAnd', 'BroadcastArgs', 'DenseBincount'],
};
