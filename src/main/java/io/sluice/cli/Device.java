package io.sluice.cli;

/** Where the model may run. */
public enum Device {
  CPU,
  CUDA
}
