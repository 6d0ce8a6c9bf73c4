package io.sluice.cli;

import java.util.List;

/** Looks at the model that would be served. */
@FunctionalInterface
public interface ModelCheck {
  /** One finding or more; never throws for a model that is missing or broken. */
  List<Finding> check();
}
