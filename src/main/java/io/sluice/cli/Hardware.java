package io.sluice.cli;

import com.sun.jna.NativeLibrary;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;

/** Looks at this machine. */
public final class Hardware {
  private Hardware() {}

  /** The same with the kernels that suit this Java. */
  public static HardwareReport load(DeviceChoice.Request requested) {
    return load(requested, KernelChoice.Request.AUTO);
  }

  /**
   * Decides on the device, loads ND4J (takes seconds, once) and reports what it got.
   *
   * @throws ExitException if the device or the kernels that were asked for cannot be had
   */
  public static HardwareReport load(
      DeviceChoice.Request requested, KernelChoice.Request requestedKernels) {
    Kernels kernels = kernels(requestedKernels);
    DeviceChoice choice = DeviceChoice.decide(requested, backends(), cardArchitecture());
    String backend = Nd4j.getBackend().getClass().getSimpleName();
    boolean gotCuda = backend.startsWith("JCublas");
    if (gotCuda != (choice.device() == Device.CUDA)) {
      throw new ExitException(
          "ND4J took "
              + backend
              + " although the device is "
              + choice.device()
              + "; start through ./sluice, which sets BACKEND_PRIORITY_CPU");
    }
    return new HardwareReport(Cpu.detect(), backend, blasCore(), choice, kernels);
  }

  private static Kernels kernels(KernelChoice.Request requested) {
    try {
      return KernelChoice.of(requested);
    } catch (IllegalStateException e) {
      throw new ExitException("--kernels vector is not possible: " + e.getMessage(), e);
    }
  }

  /** ND4J backends on the class path; loads nothing. */
  static Set<Device> backends() {
    Set<Device> found = EnumSet.noneOf(Device.class);
    if (present("org/nd4j/linalg/cpu/nativecpu/CpuBackend.class")) {
      found.add(Device.CPU);
    }
    if (present("org/nd4j/linalg/jcublas/JCublasBackend.class")) {
      found.add(Device.CUDA);
    }
    return found;
  }

  /** Compute capability of the first card, such as 8.6; asks the driver's own tool. */
  static Optional<String> cardArchitecture() {
    try {
      Process process =
          new ProcessBuilder("nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        return Optional.empty();
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return output.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static boolean present(String resource) {
    return Hardware.class.getClassLoader().getResource(resource) != null;
  }

  /** JavaCPP does not bind this function, so it is called through JNA in the library it loaded. */
  private static String blasCore() {
    try {
      Path loaded = Path.of(Loader.load(openblas_nolapack.class));
      Path library = loaded.resolveSibling("libopenblas.so.0");
      return NativeLibrary.getInstance(library.toString())
          .getFunction("openblas_get_corename")
          .invokeString(new Object[0], false);
    } catch (LinkageError | RuntimeException e) {
      return "unknown (" + e.getClass().getSimpleName() + ")";
    }
  }
}
