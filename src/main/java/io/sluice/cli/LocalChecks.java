package io.sluice.cli;

import java.util.ArrayList;
import java.util.List;

/** Java, processor, ND4J and OpenBLAS of this machine. */
final class LocalChecks {
  private static final String LAUNCHER = "start through ./sluice, or set it before Java starts";

  private LocalChecks() {}

  static List<Finding> all(DeviceChoice.Request requested) {
    List<Finding> findings = new ArrayList<>();
    findings.add(java(Runtime.version().feature()));
    Cpu cpu = Cpu.detect();
    findings.add(cpu(cpu));
    try {
      HardwareReport report = Hardware.load(requested);
      findings.add(Finding.ok("backend", report.backend() + ", " + report.choice().reason()));
      findings.add(blas(cpu, report.blasCore()));
      findings.add(kernels(report.kernels().name()));
    } catch (ExitException e) {
      findings.add(Finding.fail("backend", e.getMessage(), "use --device auto"));
    } catch (LinkageError | RuntimeException e) {
      findings.add(
          Finding.fail(
              "backend",
              "ND4J does not load (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")",
              "build on this machine: its native libraries are chosen by the build"));
    }
    findings.add(products(ProductChoice.Machine.detect()));
    String threads = System.getenv("OMP_NUM_THREADS");
    findings.add(
        "1".equals(threads)
            ? Finding.ok("threads", "OMP_NUM_THREADS=1")
            : Finding.fail("threads", "OMP_NUM_THREADS=" + threads, LAUNCHER + " to 1"));
    return findings;
  }

  static Finding kernels(String name) {
    return name.startsWith("vector")
        ? Finding.ok("kernels", name)
        : Finding.fail(
            "kernels",
            name + ": this Java was started without the module jdk.incubator.vector",
            "start through ./sluice with a Java that has it (java --list-modules); without it"
                + " everything works, only slower");
  }

  static Finding java(int feature) {
    return feature >= 17
        ? Finding.ok("java", Runtime.version().toString())
        : Finding.fail("java", Runtime.version().toString(), "install a JDK 17 or later");
  }

  static Finding cpu(Cpu cpu) {
    return cpu.flags().contains("avx2")
        ? Finding.ok("cpu", cpu.name() + " " + cpu.flags())
        : Finding.fail("cpu", cpu.name() + " without AVX2", "expect it to be slow");
  }

  static Finding products(ProductChoice.Machine machine) {
    return machine.problem().isEmpty()
        ? Finding.ok(
            "onednn",
            machine.version() + (machine.bytes() ? ", int8 possible" : ", no VNNI: float32 only"))
        : Finding.fail("onednn", machine.problem().get(), "OpenBLAS is used: slower");
  }

  /** OpenBLAS falls back to an SSE core on a CPU that it does not know. */
  static Finding blas(Cpu cpu, String core) {
    boolean slow = List.of("Prescott", "Core2", "Nehalem", "Generic").contains(core);
    return slow && cpu.flags().contains("avx2")
        ? Finding.fail(
            "openblas",
            "core " + core + " is slow on this CPU",
            "set OPENBLAS_CORETYPE to "
                + (cpu.flags().contains("avx512f") ? "SkylakeX" : "Haswell")
                + ": "
                + LAUNCHER)
        : Finding.ok("openblas", "core " + core);
  }
}
