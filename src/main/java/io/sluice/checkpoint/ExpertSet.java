package io.sluice.checkpoint;

/** A set of routers, plans and means, with elastic weights or without: one file of a bundle. */
public enum ExpertSet {
  /** For all numbers of experts, or the smaller ones if there is an upper set. */
  LOWER("experts.safetensors"),
  /** For the larger numbers of experts, see {@link ExpertsConfig#upper}. */
  UPPER("experts-upper.safetensors");

  private final String file;

  ExpertSet(String file) {
    this.file = file;
  }

  /** Name of its file. */
  public String file() {
    return file;
  }
}
