package io.sluice.cli;

import io.sluice.checkpoint.ActivationRanges;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.tensor.dnnl.DnnlBackend;
import io.sluice.tensor.dnnl.DnnlLibrary;
import java.util.Locale;
import java.util.Optional;

/**
 * Which library computes the large matrix products, in which arithmetic, and why.
 *
 * @param library OPENBLAS stands for ND4J, on a GPU too
 * @param precision FLOAT32 or INT8
 * @param reason for a log line
 */
record ProductChoice(Library library, Precision precision, String reason) {
  /** What {@code auto} means where int8 is possible. */
  private static final Precision AUTOMATIC = Precision.INT8;

  /** Libraries to ask for. */
  enum Library {
    AUTO,
    ONEDNN,
    OPENBLAS
  }

  /** Arithmetics to ask for. */
  enum Precision {
    AUTO,
    FLOAT32,
    INT8
  }

  /**
   * What this machine can do.
   *
   * @param problem why oneDNN cannot be used; empty if it can
   * @param bytes whether it multiplies bytes at full speed
   * @param version of oneDNN and its instruction set; empty with a problem
   * @param cuda whether ND4J runs on a GPU
   */
  record Machine(Optional<String> problem, boolean bytes, String version, boolean cuda) {

    /** Loads oneDNN and looks. */
    static Machine detect() {
      boolean cuda;
      try (MatrixBackend nd4j = new Nd4jBackend()) {
        cuda = nd4j.cuda();
      }
      Optional<String> problem = cuda ? Optional.of("the device is a GPU") : DnnlLibrary.problem();
      return problem.isPresent()
          ? new Machine(problem, false, "", cuda)
          : new Machine(
              problem,
              DnnlLibrary.multipliesBytes(),
              DnnlLibrary.version() + " with " + DnnlLibrary.instructionSet(),
              cuda);
    }
  }

  /**
   * Decides.
   *
   * @param ranges whether the bundle has ranges of activations
   * @throws ExitException if what was asked for cannot be had
   */
  static ProductChoice decide(
      Library library, Precision precision, Machine machine, boolean ranges) {
    Optional<String> bytesProblem = bytesProblem(library, machine, ranges);
    if (library == Library.ONEDNN && machine.problem().isPresent()) {
      throw new ExitException("--backend onednn is not possible: " + machine.problem().get());
    }
    if (precision == Precision.INT8 && bytesProblem.isPresent()) {
      throw new ExitException("--precision int8 is not possible: " + bytesProblem.get());
    }
    if (library == Library.OPENBLAS || machine.problem().isPresent()) {
      return new ProductChoice(
          Library.OPENBLAS,
          Precision.FLOAT32,
          library == Library.OPENBLAS ? "asked for" : "automatic: " + machine.problem().get());
    }
    String reason = machine.version();
    if (precision == Precision.AUTO && bytesProblem.isPresent()) {
      return new ProductChoice(
          Library.ONEDNN, Precision.FLOAT32, reason + "; no int8: " + bytesProblem.get());
    }
    return new ProductChoice(
        Library.ONEDNN, precision == Precision.AUTO ? AUTOMATIC : precision, reason);
  }

  /** Whether int8 can be had. */
  static boolean possible(Library library, Machine machine, boolean ranges) {
    return bytesProblem(library, machine, ranges).isEmpty();
  }

  private static Optional<String> bytesProblem(Library library, Machine machine, boolean ranges) {
    if (library == Library.OPENBLAS) {
      return Optional.of("OpenBLAS has no int8");
    }
    if (machine.problem().isPresent()) {
      return machine.problem();
    }
    if (!machine.bytes()) {
      return Optional.of("the CPU has no AVX-512 VNNI");
    }
    return ranges
        ? Optional.empty()
        : Optional.of(
            "the model has no " + ActivationRanges.FILE + " (./sluice model ranges makes it)");
  }

  /** Opens the backend; the caller closes it. */
  MatrixBackend open(ModelBundle bundle, Kernels kernels) {
    if (library == Library.OPENBLAS) {
      return new Nd4jBackend(kernels);
    }
    return precision == Precision.INT8
        ? DnnlBackend.int8(ActivationRanges.read(bundle), kernels)
        : DnnlBackend.float32(kernels);
  }

  /** For the log at start. */
  String line() {
    return library.name().toLowerCase(Locale.ROOT)
        + " in "
        + precision.name().toLowerCase(Locale.ROOT)
        + " ("
        + reason
        + ")";
  }
}
