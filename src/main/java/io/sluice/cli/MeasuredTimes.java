package io.sluice.cli;

import io.sluice.cost.MachineTimes;
import io.sluice.engine.TransformerTranslator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds the table of times that {@code model bench} has left for this machine and model. */
final class MeasuredTimes {
  private MeasuredTimes() {}

  /**
   * The file; empty if nothing was measured.
   *
   * @param workers batches side by side; where that was not measured, the nearest smaller number of
   *     them, as far as there is one
   */
  static Optional<Path> file(TransformerTranslator translator, int workers, Path caches) {
    for (int threads = workers; threads >= 1; threads--) {
      Path file = times(translator, threads).file(caches);
      if (Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static MachineTimes times(TransformerTranslator translator, int threads) {
    return new MachineTimes(
        Cpu.detect().name(),
        threads,
        translator.transformer().backend().name(),
        translator.decoding().precision(),
        translator.model().name() + ", version " + translator.model().version(),
        translator.model().digest(),
        translator.budgets().experts(),
        translator.budgets().encoderExperts(),
        List.of(),
        List.of());
  }
}
