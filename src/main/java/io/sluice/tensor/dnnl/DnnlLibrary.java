package io.sluice.tensor.dnnl;

import java.util.Locale;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;

/** What is known of oneDNN on this machine. Loads it when first asked. Thread-safe. */
public final class DnnlLibrary {
  private DnnlLibrary() {}

  /** Why the library cannot be used here; empty if it can. */
  public static Optional<String> problem() {
    try {
      version();
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      return Optional.of(
          "oneDNN does not load (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")");
    }
  }

  static void require() {
    problem()
        .ifPresent(
            reason -> {
              throw new IllegalStateException(reason);
            });
  }

  /** Version, such as 2.5.2. */
  public static String version() {
    dnnl_version_t version = dnnl.dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  /** The widest instruction set that the library uses here, such as avx512_core_vnni. */
  public static String instructionSet() {
    return dnnl.get_effective_cpu_isa().toString().toLowerCase(Locale.ROOT);
  }

  /** Whether bytes are multiplied without overflow and at full speed: AVX-512 VNNI. */
  public static boolean multipliesBytes() {
    int set = dnnl.dnnl_get_effective_cpu_isa();
    int vnni = dnnl.dnnl_cpu_isa_avx512_core_vnni;
    return set != dnnl.dnnl_cpu_isa_all && (set & vnni) == vnni;
  }
}
