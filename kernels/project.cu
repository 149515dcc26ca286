// Where features are drawn and in which colour, written straight into a buffer of OpenGL.
//
// Parallel over: features of all models (threads). Registers hold one feature's place; all else is
// read from global memory. Nothing crosses the bus: the weights are the trainer's own, copied on
// the device between two launches.
// Twin of toymodels.viewer.internal.scene.Vertices, Projection and Colouring; toymodels.backend.cuda.internal.launch.VertexKernel
// launches it.

// Which number of a feature its colour shows; the codes of toymodels.interop.DeviceUploader.
enum Colour { GIVEN = 0, DIMENSIONALITY = 1, INTERFERENCE = 2, BIAS = 3 };

struct Projecting {
  const float* weights;          // (models, parameters): W (features, hidden) first, b last
  const float* rows;             // R, (count, 4, hidden)
  const unsigned char* entries;  // (models, features): entries of the table, if GIVEN
  const float* table;            // (256, 3)
  float* vertices;               // (models, features, 8): x, y, z, norm, red, green, blue, 1
  int models, features, hidden, parameters;
  int count;                     // projections: 1 for all models, or one a model
  int colour;
  float eye;                     // of a perspective from four dimensions; 0 for none
  float hollow;                  // features of a smaller norm are not represented
  double low, high;              // numbers at the ends of the table
};

// Nearest to the eye that a point may come.
static const float NEAREST = 0.2f;

static __device__ double dot(const float* a, const float* b, int hidden) {
  double sum = 0;
  for (int h = 0; h < hidden; h++) sum += (double)a[h] * b[h];
  return sum;
}

// D = |W|^2 / sum_j (W/|W| . W_j)^2, or what the others add to that sum.
static __device__ double shared_dimension(const Projecting& p, const float* model, const float* w,
                                          bool interference) {
  double square = dot(w, w, p.hidden);
  if (square < p.hollow * p.hollow) return 0;
  double shared = 0;
  for (int j = 0; j < p.features; j++) {
    double product = dot(w, model + j * p.hidden, p.hidden);
    shared += product * product / square;
  }
  double dimensionality = square / shared;
  if (!interference) return dimensionality;
  return dimensionality == 0 ? 0 : square / dimensionality - square;
}

static __device__ int entry(const Projecting& p, const float* model, int feature, int vertex) {
  if (p.colour == GIVEN) return p.entries[vertex];
  double value = p.colour == BIAS
                     ? (double)model[p.parameters - p.features + feature]
                     : shared_dimension(p, model, model + feature * p.hidden, p.colour == INTERFERENCE);
  double t = (value - p.low) / (p.high - p.low);
  if (!(t > 0)) return 0;  // also what is not a number
  double scaled = 255 * (t < 1 ? t : 1);
  int whole = (int)scaled;
  return scaled - whole >= 0.5 ? whole + 1 : whole;
}

extern "C" __global__ void __launch_bounds__(256) project(const __grid_constant__ Projecting p) {
  int vertex = blockIdx.x * blockDim.x + threadIdx.x;
  if (vertex >= p.models * p.features) return;
  int k = vertex / p.features;
  int feature = vertex % p.features;
  const float* model = p.weights + (size_t)k * p.parameters;
  const float* w = model + feature * p.hidden;
  const float* row = p.rows + (size_t)(p.count == 1 ? 0 : k) * 4 * p.hidden;
  float x = 0, y = 0, z = 0, q = 0, square = 0;
  for (int h = 0; h < p.hidden; h++) {
    float value = w[h];
    x = fmaf(row[h], value, x);
    y = fmaf(row[p.hidden + h], value, y);
    z = fmaf(row[2 * p.hidden + h], value, z);
    q = fmaf(row[3 * p.hidden + h], value, q);
    square = fmaf(value, value, square);
  }
  if (p.eye > 0) {
    float gap = p.eye - q;
    float s = p.eye / (gap < NEAREST ? NEAREST : gap);
    x *= s;
    y *= s;
    z *= s;
  }
  float* out = p.vertices + (size_t)vertex * 8;
  const float* rgb = p.table + 3 * entry(p, model, feature, vertex);
  out[0] = x;
  out[1] = y;
  out[2] = z;
  out[3] = sqrtf(square);
  out[4] = rgb[0];
  out[5] = rgb[1];
  out[6] = rgb[2];
  out[7] = 1;
}
