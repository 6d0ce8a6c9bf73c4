package io.sluice.engine;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.quality.ExpectedLoss;
import io.sluice.quality.ExpectedLossFile;
import io.sluice.quality.QualityEstimator;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a bundle knows of the quality of its translations. */
final class AnnotationFiles {
  private static final String CALIBRATION = "calibration.json";
  private static final Logger log = LoggerFactory.getLogger(AnnotationFiles.class);

  private AnnotationFiles() {}

  /**
   * The bundle's own, or, for a plain checkpoint that nobody has calibrated, the one of the bundled
   * model, which says so in its method.
   */
  static QualityEstimator qualityEstimator(ModelBundle bundle) throws IOException {
    if (bundle.has(CALIBRATION)) {
      try (InputStream json = bundle.open(CALIBRATION)) {
        return QualityEstimator.read(json);
      }
    }
    log.warn(
        "the model {} has no {}: its quality scores are those of another model (./sluice model"
            + " calibrate makes its own)",
        bundle,
        CALIBRATION);
    try (InputStream json = ModelBundle.bundled().open(CALIBRATION)) {
      return QualityEstimator.borrowed(json);
    }
  }

  /** What the levels of the bundle's ladders lose; nothing is known without files of them. */
  static ExpectedLoss expectedLoss(ModelBundle bundle) {
    return expectedLoss(bundle, ExpectedLossFile.NAME)
        .and(expectedLoss(bundle, ExpectedLossFile.ALL));
  }

  private static ExpectedLoss expectedLoss(ModelBundle bundle, String file) {
    if (!bundle.has(file)) {
      return ExpectedLoss.UNKNOWN;
    }
    try {
      return ExpectedLossFile.read(bundle.json(file));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(file + " of the model " + bundle + ": " + e.getMessage(), e);
    }
  }
}
