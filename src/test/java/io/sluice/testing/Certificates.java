package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A key with a self-signed certificate for 127.0.0.1 that is valid for a day, made by the JDK's
 * keytool.
 *
 * @param keys PKCS12 file with the key
 * @param trust PKCS12 file with the certificate only
 * @param password of both
 */
public record Certificates(Path keys, Path trust, String password) {

  /** Makes both files in a folder. */
  public static Certificates create(Path folder, String name, String password) {
    Path keys = folder.resolve(name + "-keys.p12");
    Path trust = folder.resolve(name + "-trust.p12");
    Path certificate = folder.resolve(name + ".crt");
    keytool(
        List.of(
            "-genkeypair",
            "-alias",
            name,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=" + name,
            "-validity",
            "1",
            "-ext",
            "san=ip:127.0.0.1,dns:localhost"),
        keys,
        password);
    keytool(
        List.of("-exportcert", "-alias", name, "-file", certificate.toString()), keys, password);
    keytool(
        List.of("-importcert", "-noprompt", "-alias", name, "-file", certificate.toString()),
        trust,
        password);
    return new Certificates(keys, trust, password);
  }

  private static void keytool(List<String> arguments, Path store, String password) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(
        List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", password));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError("keytool failed: " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
