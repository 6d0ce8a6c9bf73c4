package io.sluice.results;

import java.io.IOException;
import java.nio.file.Path;

/** A part of the page. Pure functions of the files. */
interface Section {
  /**
   * Its text.
   *
   * @param plots folder of the plots, relative to the page
   */
  String markdown(ResultFiles files, String plots);

  /** Draws its plots into a folder. */
  default void plot(ResultFiles files, Path folder) throws IOException {}
}
