package io.sluice.testing;

import io.sluice.embedded.EmbeddedCluster;
import io.sluice.embedded.EmbeddedKafka;
import io.sluice.pipeline.Access;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;

/**
 * A broker that takes SASL_SSL with SCRAM-SHA-512 and allows nothing without an ACL, and a registry
 * behind TLS with basic authentication. Setting up goes through a plain listener, on which everyone
 * is a super user. Thread-safe.
 */
public final class SecuredCluster implements AutoCloseable {
  private static final String LISTENER = "SASL_SSL";
  private static final int ITERATIONS = 4096;

  private final EmbeddedCluster cluster;
  private final TlsRegistryProxy registry;
  private final Certificates certificates;
  private final Admin admin;

  private SecuredCluster(
      EmbeddedCluster cluster, TlsRegistryProxy registry, Certificates certificates) {
    this.cluster = cluster;
    this.registry = registry;
    this.certificates = certificates;
    this.admin = Admin.create(ResultLog.clients(cluster));
  }

  /**
   * Starts both.
   *
   * @param folder for keys and certificates
   */
  public static SecuredCluster start(Path folder) {
    Certificates certificates = Certificates.create(folder, "server", "store-of-the-server");
    Map<String, String> overrides = new HashMap<>();
    overrides.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    overrides.put("allow.everyone.if.no.acl.found", "false");
    overrides.put("super.users", "User:ANONYMOUS");
    overrides.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    overrides.put(
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    overrides.put("ssl.keystore.type", "PKCS12");
    overrides.put("ssl.keystore.location", certificates.keys().toString());
    overrides.put("ssl.keystore.password", certificates.password());
    overrides.put("ssl.key.password", certificates.password());
    // a changed password is noticed by those who are connected
    overrides.put("connections.max.reauth.ms", "4000");
    EmbeddedCluster cluster =
        EmbeddedCluster.start(
            EmbeddedKafka.Options.DEFAULT
                .withListeners(List.of(LISTENER))
                .withOverrides(overrides));
    return new SecuredCluster(
        cluster, TlsRegistryProxy.start(cluster.schemaRegistryUrl(), certificates), certificates);
  }

  /** The same broker and registry without any security, for setting up and looking. */
  public EmbeddedCluster unsecured() {
    return cluster;
  }

  /** A super user's client. */
  public Admin admin() {
    return admin;
  }

  public String bootstrapServer() {
    return cluster.kafka().bootstrapServer(LISTENER);
  }

  public TlsRegistryProxy registry() {
    return registry;
  }

  /** The certificate that clients must trust. */
  public Path trust() {
    return certificates.trust();
  }

  public String trustPassword() {
    return certificates.password();
  }

  /** Adds a user to the broker, or changes its password. */
  public void password(String user, String password) {
    get(
        admin
            .alterUserScramCredentials(
                List.of(
                    new UserScramCredentialUpsertion(
                        user,
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
                        password)))
            .all());
  }

  public void grant(String user, List<Access> accesses) {
    get(
        admin
            .createAcls(accesses.stream().flatMap(a -> bindings(user, a).stream()).toList())
            .all());
  }

  public void revoke(String user, List<Access> accesses) {
    get(
        admin
            .deleteAcls(
                accesses.stream()
                    .flatMap(a -> bindings(user, a).stream())
                    .map(AclBinding::toFilter)
                    .toList())
            .all());
  }

  private static List<AclBinding> bindings(String user, Access access) {
    List<AclBinding> bindings = new ArrayList<>();
    for (AclOperation operation : access.operations()) {
      bindings.add(
          new AclBinding(
              access.resource(),
              new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)));
    }
    return bindings;
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try (cluster;
        registry) {
      admin.close();
    }
  }
}
