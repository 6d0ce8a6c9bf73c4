package io.sluice.metrics;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A label of a meter. Its values come from a closed set, or are numbers that the topic or the model
 * gives: never an identifier, a key or a text.
 *
 * @param name as Prometheus shows it
 * @param values every value that may occur; empty: see {@code meaning}
 * @param meaning what the values are, for a person
 */
public record Label(String name, List<String> values, String meaning) {
  /** Stands for a value outside of the closed set, which would be a mistake of ours. */
  static final String OTHER = "other";

  public Label {
    values = List.copyOf(values);
  }

  static Label of(String name, String... values) {
    return new Label(name, List.of(values), String.join(", ", values));
  }

  /** The values are the names of enumerations, as they are. */
  static Label names(String name, Enum<?>... values) {
    return of(name, Stream.of(values).map(Enum::name).toArray(String[]::new));
  }

  /** The values are the names of an enumeration in lower case, and others. */
  static Label lowerCaseNames(String name, Enum<?>[] values, String... others) {
    Stream<String> names = Stream.of(values).map(value -> value.name().toLowerCase(Locale.ROOT));
    return of(name, Stream.concat(names, Stream.of(others)).toArray(String[]::new));
  }

  /** The values are numbered by something that does not change while the process runs. */
  static Label numbered(String name, String meaning) {
    return new Label(name, List.of(), meaning);
  }

  /** The value, or {@link #OTHER} if it is not one of the closed set. */
  String checked(String value) {
    return values.isEmpty() || values.contains(value) ? value : OTHER;
  }
}
