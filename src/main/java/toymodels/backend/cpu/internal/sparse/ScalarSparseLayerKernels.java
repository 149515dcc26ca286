package toymodels.backend.cpu.internal.sparse;

import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.data.SparseSamples;

/** The kernels of sparse samples through layers in plain loops, for JVMs without vectors. */
public final class ScalarSparseLayerKernels implements SparseLayerKernels {
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public void hidden(SparseForwardBackward s, SparseSamples list, int first, int count) {
    for (int k = 0; k < count; k++) {
      int row = k * s.m;
      int units = 0;
      for (int a = 0; a < s.m; a++) {
        float h = 0;
        for (int e = list.starts()[first + k]; e < list.starts()[first + k + 1]; e++) {
          float x = Float.intBitsToFloat(list.valueBits()[e]);
          h = Math.fma(x, s.encoder[ARRAY_OFFSET + list.features()[e] * s.m + a], h);
        }
        s.hiddenBits[ARRAY_OFFSET + row + a] = Float.floatToRawIntBits(h > 0 ? h : 0);
        if (h > 0) {
          s.units[row + units++] = a;
        }
      }
      s.unitCounts[k] = units;
    }
  }

  @Override
  public void outputs(SparseForwardBackward s, int count) {
    for (int k = 0; k < count; k++) {
      int row = k * s.m;
      for (int i = 0; i < s.n; i++) {
        float pre = s.biases[ARRAY_OFFSET + i];
        for (int u = row; u < row + s.unitCounts[k]; u++) {
          int a = s.units[u];
          float h = Float.intBitsToFloat(s.hiddenBits[ARRAY_OFFSET + row + a]);
          pre = Math.fma(h, s.decoderColumns[ARRAY_OFFSET + a * s.n + i], pre);
        }
        s.pre[ARRAY_OFFSET + k * s.n + i] = pre;
      }
    }
  }

  @Override
  public void errors(SparseForwardBackward s, int count) {
    for (int k = 0; k < count; k++) {
      int row = k * s.n;
      int outputs = 0;
      for (int i = 0; i < s.n; i++) {
        float pre = s.pre[ARRAY_OFFSET + row + i];
        float error = (pre > 0 ? pre : 0) - s.targets[ARRAY_OFFSET + row + i];
        float weighted = s.importance[ARRAY_OFFSET + i] * error;
        float d = pre > 0 ? weighted : 0;
        s.loss[ARRAY_OFFSET + i] = Math.fma(weighted, error, s.loss[ARRAY_OFFSET + i]);
        s.biasGradient[ARRAY_OFFSET + i] += d;
        s.errorBits[ARRAY_OFFSET + row + i] = Float.floatToRawIntBits(d);
        if (d != 0) {
          s.outputs[row + outputs++] = i;
        }
      }
      s.outputCounts[k] = outputs;
    }
  }

  @Override
  public void back(SparseForwardBackward s, int count) {
    for (int k = 0; k < count; k++) {
      int row = k * s.n;
      for (int a = 0; a < s.m; a++) {
        float h = Float.intBitsToFloat(s.hiddenBits[ARRAY_OFFSET + k * s.m + a]);
        float sum = 0;
        for (int o = row; o < row + s.outputCounts[k]; o++) {
          int at = ARRAY_OFFSET + s.outputs[o] * s.m + a;
          float d = Float.intBitsToFloat(s.errorBits[ARRAY_OFFSET + row + s.outputs[o]]);
          sum = Math.fma(d, s.decoder[at], sum);
          s.decoderGradient[at] = Math.fma(h, d, s.decoderGradient[at]);
        }
        s.hiddenGradient[ARRAY_OFFSET + k * s.m + a] = sum;
      }
    }
  }

  @Override
  public void inputs(SparseForwardBackward s, SparseSamples list, int first, int count) {
    for (int k = 0; k < count; k++) {
      int row = ARRAY_OFFSET + k * s.m;
      int end = s.outputCounts[k] == 0 ? 0 : list.starts()[first + k + 1];
      for (int a = 0; a < s.m; a++) {
        float dh = s.hiddenBits[row + a] > 0 ? s.hiddenGradient[row + a] : 0;
        for (int e = list.starts()[first + k]; e < end; e++) {
          float x = Float.intBitsToFloat(list.valueBits()[e]);
          int at = ARRAY_OFFSET + list.features()[e] * s.m + a;
          s.encoderGradient[at] = Math.fma(x, dh, s.encoderGradient[at]);
        }
      }
    }
  }
}
