/** Registers the gradients of tfjs' operations; tfjs-core's Node build leaves them out. */
import '@tensorflow/tfjs-core/dist/register_all_gradients';
