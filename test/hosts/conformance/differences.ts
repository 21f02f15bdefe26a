/** The specs that pass on TensorFlow.js' cpu backend and not on the onnx engine, each with the reason. */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  'avgPool onnx {} gradient x=[3,3,1] f=[3,3] s=1 p=explicit':
    "The cpu kernel divides by the whole window though its average leaves the padding out; ours is the average's adjoint",
  'pool onnx {} max x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding':
    'The cpu kernel copies the image whenever window and shapes allow it, and looks at neither strides nor padding',
  'pool onnx {} avg x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding':
    'As for the largest cells: the cpu kernel copies the image, whatever strides and padding are',
  'exp onnx {} int32': "e¹⁰ is one float32 off, and the spec's tolerance is absolute: half of such a step",
  'tan onnx {} numbers exceed float32 precision':
    'tan 1.57076 is one float32 off the nearest, and an absolute tolerance asks for that',
  'gather onnx {} throws when index is out of bound':
    'Nothing is computed when an operation is called, so an index out of bounds is told when the result is read',
};
