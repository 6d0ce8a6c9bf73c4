package io.sluice.results;

import java.util.List;
import java.util.function.Consumer;

/** Does the experiments that have no file yet, one after the other. */
public final class ResumableRun {
  private final ResultFiles files;
  private final boolean fresh;
  private final Consumer<String> progress;

  /**
   * A run.
   *
   * @param fresh do also those that have a file
   * @param progress told what is being done, for people
   */
  public ResumableRun(ResultFiles files, boolean fresh, Consumer<String> progress) {
    this.files = files;
    this.fresh = fresh;
    this.progress = progress;
  }

  /** Does them; when it is cut off, the next one goes on after the last that was done. */
  public void run(List<Experiment> experiments) {
    List<Experiment> left =
        experiments.stream().filter(each -> fresh || !files.has(each.name())).toList();
    if (left.size() < experiments.size()) {
      progress.accept(
          "%d of %d experiments were done before; --fresh does them anew"
              .formatted(experiments.size() - left.size(), experiments.size()));
    }
    for (int i = 0; i < left.size(); i++) {
      Experiment experiment = left.get(i);
      progress.accept("%s; %d left".formatted(experiment.description(), left.size() - i));
      files.write(experiment.name(), experiment.task().get());
    }
  }
}
