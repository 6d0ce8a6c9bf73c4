package io.sluice.cli;

import io.sluice.pipeline.TranslationApplication;
import io.sluice.web.Check;
import io.sluice.web.Health;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Health of an application, which need not be there yet. Thread-safe. */
final class ApplicationHealth implements Health {
  private final AtomicReference<TranslationApplication> application = new AtomicReference<>();

  /** From now on it is about this one, whose model is warm. */
  void of(TranslationApplication warm) {
    application.set(warm);
  }

  @Override
  public Check live() {
    TranslationApplication current = application.get();
    return new Check(current == null || current.exitStatus() == 0, details(current));
  }

  @Override
  public Check ready() {
    TranslationApplication current = application.get();
    return new Check(current != null && current.isReady(), details(current));
  }

  private static Map<String, Object> details(TranslationApplication current) {
    return current == null
        ? Map.of("model", "loading")
        : Map.of(
            "model", "warm",
            "streams", current.state().name(),
            "draining", current.isDraining());
  }
}
