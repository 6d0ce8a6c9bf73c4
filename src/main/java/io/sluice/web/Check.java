package io.sluice.web;

import java.util.Map;

/**
 * Answer to a question about health.
 *
 * @param well true: yes
 * @param details what it depends on, by name; plain values
 */
public record Check(boolean well, Map<String, Object> details) {
  public Check {
    details = Map.copyOf(details);
  }
}
