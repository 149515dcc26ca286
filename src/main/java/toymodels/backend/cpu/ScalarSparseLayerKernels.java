package toymodels.backend.cpu;

import toymodels.data.ActiveSamples;

/** The kernels of sparse samples through layers in plain loops, for JVMs without vectors. */
final class ScalarSparseLayerKernels implements SparseLayerKernels {
  private static final int START = Kernels.START;

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public void hidden(SparseLayers s, ActiveSamples list, int from, int to) {
    for (int a = START; a < START + s.m; a++) {
      float h = 0;
      for (int e = from; e < to; e++) {
        float x = Float.intBitsToFloat(list.valueBits()[e]);
        h = Math.fma(x, s.encoder[list.features()[e] * s.hiddenWidth + a], h);
      }
      s.hiddenBits[a] = Float.floatToRawIntBits(h > 0 ? h : 0);
    }
  }

  @Override
  public void outputs(SparseLayers s, int units) {
    for (int i = START; i < START + s.n; i++) {
      float pre = s.biases[i];
      for (int k = 0; k < units; k++) {
        int a = s.units[k];
        float h = Float.intBitsToFloat(s.hiddenBits[START + a]);
        pre = Math.fma(h, s.decoderColumns[a * s.outputWidth + i], pre);
      }
      s.pre[i] = pre;
    }
  }

  @Override
  public void errors(SparseLayers s) {
    for (int i = START; i < START + s.n; i++) {
      boolean passes = s.pre[i] > 0;
      float error = (passes ? s.pre[i] : 0) - s.targets[i];
      float weighted = s.importance[i] * error;
      float d = passes ? weighted : 0;
      s.loss[i] = Math.fma(weighted, error, s.loss[i]);
      s.biasGradient[i] += d;
      s.errorBits[i] = Float.floatToRawIntBits(d);
    }
  }

  @Override
  public void back(SparseLayers s, int outputs) {
    for (int a = START; a < START + s.m; a++) {
      float h = Float.intBitsToFloat(s.hiddenBits[a]);
      float sum = 0;
      for (int k = 0; k < outputs; k++) {
        int i = s.outputs[k];
        int at = i * s.hiddenWidth + a;
        float d = Float.intBitsToFloat(s.errorBits[START + i]);
        sum = Math.fma(d, s.decoder[at], sum);
        s.decoderGradient[at] = Math.fma(h, d, s.decoderGradient[at]);
      }
      s.hiddenGradient[a] = sum;
    }
  }

  @Override
  public void inputs(SparseLayers s, ActiveSamples list, int from, int to) {
    for (int a = START; a < START + s.m; a++) {
      float dh = s.hiddenBits[a] > 0 ? s.hiddenGradient[a] : 0;
      for (int e = from; e < to; e++) {
        float x = Float.intBitsToFloat(list.valueBits()[e]);
        int at = list.features()[e] * s.hiddenWidth + a;
        s.encoderGradient[at] = Math.fma(x, dh, s.encoderGradient[at]);
      }
    }
  }
}
