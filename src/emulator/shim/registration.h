// Makes the host build of a kernel known to the driver: SIMT_KERNEL(name) for each entry point.
// build.sh writes these lines from the entries of the PTX, so kernel sources need none.
#pragma once
#include <cstddef>
#include <type_traits>
#include <utility>

struct SimtParameter {
  unsigned size, alignment;
};

// A kernel as the driver sees it: how to call it with a void** of parameters, and their sizes.
struct SimtKernel {
  const char* name;
  void (*call)(void** parameters);
  const SimtParameter* parameters;
  int parameterCount;
};

extern "C" void simt_register(const SimtKernel* kernel);

template <auto F>
struct SimtRegistration;

template <class... A, void (*F)(A...)>
struct SimtRegistration<F> {
  template <size_t... I>
  static void unpack(void** p, std::index_sequence<I...>) {
    F(*reinterpret_cast<std::remove_cv_t<A>*>(p[I])...);
  }
  static void call(void** p) { unpack(p, std::index_sequence_for<A...>{}); }

  static inline const SimtParameter parameters[sizeof...(A) + 1] = {
      SimtParameter{sizeof(A), alignof(A)}..., {0, 0}};
  SimtKernel kernel;

  explicit SimtRegistration(const char* name)
      : kernel{name, &call, parameters, static_cast<int>(sizeof...(A))} {
    simt_register(&kernel);
  }
};

#define SIMT_KERNEL(name) static SimtRegistration<&name> simt_registration_##name{#name};
