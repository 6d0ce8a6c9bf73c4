package io.sluice.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A file system of a few kilobytes in memory that can be filled up. Needs root on Linux. */
final class SmallFileSystem implements AutoCloseable {
  private static final int FILES = 200;
  private static final String OPTIONS = "size=256k,nr_inodes=" + FILES;
  private static final String FILLER = "filler";

  private final Path folder;

  private SmallFileSystem(Path folder) {
    this.folder = folder;
  }

  /**
   * Mounts one over an empty folder.
   *
   * @throws IOException if this system or user may not; says why
   */
  static SmallFileSystem mount(Path folder) throws IOException {
    run(List.of("mount", "-t", "tmpfs", "-o", OPTIONS, "tmpfs", folder.toString()));
    return new SmallFileSystem(folder);
  }

  Path folder() {
    return folder;
  }

  /** Leaves neither a byte nor a file. */
  void fill() {
    try (OutputStream out = Files.newOutputStream(folder.resolve(FILLER))) {
      byte[] block = new byte[1024];
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      for (int i = 0; createFile(i); i++) {
        // until there is room for no more
      }
    }
  }

  private boolean createFile(int number) {
    try {
      Files.createFile(folder.resolve(FILLER + number));
      return true;
    } catch (IOException full) {
      return false;
    }
  }

  /** True if there is room neither for a byte nor for a file. */
  boolean isFull() {
    return folder.toFile().getUsableSpace() == 0 && !createFile(FILES);
  }

  /** What lies there and was not put there by {@link #fill}. */
  List<Path> others() {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !file.equals(folder))
          .filter(file -> !file.getFileName().toString().startsWith(FILLER))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      run(List.of("umount", folder.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
