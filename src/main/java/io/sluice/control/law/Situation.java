package io.sluice.control.law;

import io.sluice.control.Capacity;
import io.sluice.control.LoadSample;

/**
 * What a law knows.
 *
 * @param load the load
 * @param level the level now
 * @param capacity how fast each level would be
 */
public record Situation(LoadSample load, int level, Capacity capacity) {

  /** The same under another load. */
  Situation with(LoadSample other) {
    return new Situation(other, level, capacity);
  }
}
