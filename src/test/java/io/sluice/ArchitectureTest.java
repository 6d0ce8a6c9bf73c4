package io.sluice;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.sluice.testing.ResultLog;
import io.sluice.testing.SecuredCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The import table: what each package may use besides the JDK and itself. */
class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java/io/sluice");
  private static final String AVRO = "org.apache.avro..";
  private static final String CONFLUENT = "io.confluent..";
  private static final String JACKSON = "com.fasterxml.jackson..";
  private static final String KAFKA = "org.apache.kafka..";
  private static final String LOGGING = "org.slf4j..";

  /** Package, then the packages it may use: a plain name is one of ours. */
  private static final List<Row> TABLE =
      List.of(
          row("domain"),
          row("codec", "domain", "avro", AVRO, CONFLUENT, "org.apache.kafka.common..", LOGGING),
          row("text", "domain", "ai.djl..", "com.ibm.icu..", JACKSON, LOGGING),
          row("batching", "domain"),
          row("tensor", "org.nd4j..", "org.bytedeco..", LOGGING),
          row("tensor.dnnl", "tensor", "org.bytedeco.."),
          row("nn", "tensor"),
          row("moe.partition"),
          row("moe.statistics"),
          row("checkpoint", "tensor", JACKSON, LOGGING),
          row("moe.router", "moe", "nn", "tensor"),
          row("moe", "nn", "tensor", LOGGING),
          row("model", "nn", "moe", "checkpoint", "tensor", JACKSON, LOGGING),
          row("search"),
          row("shortlist"),
          row("quality", "domain", JACKSON),
          row(
              "engine",
              "domain",
              "text",
              "tensor",
              "nn",
              "moe",
              "checkpoint",
              "model",
              "search",
              "shortlist",
              "quality",
              JACKSON,
              LOGGING),
          row(
              "moefy",
              "domain",
              "text",
              "tensor",
              "nn",
              "moe",
              "checkpoint",
              "model",
              "engine",
              "search",
              JACKSON,
              "org.deeplearning4j..",
              "org.nd4j..",
              LOGGING),
          row("cost", "domain", "tensor", "nn", "checkpoint", "model", "engine", JACKSON),
          row(
              "peers",
              "domain",
              "engine",
              "model",
              "checkpoint",
              "tensor",
              "ai.onnxruntime..",
              "ai.djl.."),
          row("results", JACKSON, "org.knowm.xchart.."),
          row("control", "domain", JACKSON),
          row("simulation", "domain", "batching", "control", JACKSON, "org.knowm.xchart.."),
          row("metrics", "domain", "io.micrometer..", LOGGING),
          row("dispatch", "domain", "batching", "engine", "control", "metrics", LOGGING),
          row(
              "pipeline",
              "domain",
              "codec",
              "dispatch",
              "control",
              "metrics",
              "batching",
              "engine",
              "quality",
              "avro",
              AVRO,
              CONFLUENT,
              KAFKA,
              LOGGING),
          row("web", "metrics", "com.sun.net.httpserver..", JACKSON, LOGGING),
          row("watch", "metrics"),
          row("embedded", KAFKA, "kafka..", "scala..", LOGGING));

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.sluice");
  }

  @TestFactory
  Stream<DynamicTest> shouldImportOnlyWhatTheTableAllows() {
    return TABLE.stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> check(row)));
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices().matching("io.sluice.(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void shouldUseTensorLibrariesWhereTensorsAndRoutersAreMadeOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.sluice.tensor..", "io.sluice.moefy..")
        .and()
        .doNotHaveFullyQualifiedName("io.sluice.cli.Hardware")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void shouldUseKafkaAtTheEdgeOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.sluice.codec..", "io.sluice.pipeline..", "io.sluice.embedded..", "io.sluice.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(KAFKA)
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void shouldUseOnlyTheInterfaceOfTheEngineInDispatchAndPipeline() {
    noClasses()
        .that()
        .resideInAnyPackage("io.sluice.dispatch..", "io.sluice.pipeline..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.sluice.engine..")
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.equivalentTo(io.sluice.engine.Translator.class))))
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void shouldOpenClientsOnlyWhereTheyGetTheUsersSettings() {
    ArchRule brokers =
        opensOnlyIn(
            "io\\.sluice\\.pipeline\\.(KafkaClients|RestingClients)(\\$.*)?",
            Admin.class,
            Producer.class,
            Consumer.class,
            KafkaStreams.class);
    ArchRule registries =
        opensOnlyIn("io\\.sluice\\.codec\\.RegistryClients", SchemaRegistryClient.class);
    ArchRule serializers =
        opensOnlyIn(
            "io\\.sluice\\.cli\\.AvroClients",
            KafkaAvroSerializer.class,
            KafkaAvroDeserializer.class);

    brokers.check(classes);
    registries.check(classes);
    serializers.check(classes);
    // the rules see what they look for: this class opens clients of its own
    JavaClasses tests =
        new ClassFileImporter().importClasses(SecuredCluster.class, ResultLog.class);
    assertThat(brokers.evaluate(tests).hasViolation()).isTrue();
    assertThat(serializers.evaluate(tests).hasViolation()).isTrue();
    assertThat(opensOnlyIn("none", SchemaRegistryClient.class).evaluate(classes).hasViolation())
        .isTrue();
  }

  /** Fails on classes that open a client and whose name does not match. */
  private static ArchRule opensOnlyIn(String factories, Class<?>... clients) {
    DescribedPredicate<JavaClass> types =
        DescribedPredicate.describe(
            "a client",
            type -> Arrays.stream(clients).anyMatch(client -> type.isAssignableTo(client)));
    return noClasses()
        .that()
        .haveNameNotMatching(factories)
        .should()
        .callConstructorWhere(JavaCall.Predicates.target(HasOwner.Predicates.With.owner(types)))
        .orShould()
        .callMethodWhere(
            JavaCall.Predicates.target(HasOwner.Predicates.With.owner(types))
                .and(JavaCall.Predicates.target(HasName.Predicates.name("create"))));
  }

  @Test
  void shouldDescribeEveryPackage() throws IOException {
    try (Stream<Path> folders = Files.walk(SOURCES)) {
      List<Path> bare =
          folders
              .filter(Files::isDirectory)
              .filter(ArchitectureTest::holdsSources)
              .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
              .toList();

      assertThat(bare).isEmpty();
    }
  }

  private static boolean holdsSources(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".java"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void check(Row row) {
    String[] allowed =
        Stream.concat(
                Stream.of("java..", "javax..", "jdk..", ours(row.name())),
                row.uses().stream().map(use -> use.endsWith("..") ? use : ours(use)))
            .toArray(String[]::new);
    ArchRule rule =
        classes()
            .that()
            .resideInAPackage(ours(row.name()))
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(primitives()).or(annotations()))
            .allowEmptyShould(true);
    rule.check(classes);
  }

  /** Arrays of primitive types have no package. */
  private static DescribedPredicate<JavaClass> primitives() {
    return DescribedPredicate.describe(
        "primitive", type -> type.getBaseComponentType().isPrimitive());
  }

  private static DescribedPredicate<JavaClass> annotations() {
    return resideInAnyPackage("com.google.errorprone.annotations..", "org.jspecify..");
  }

  private static String ours(String name) {
    return "io.sluice." + name + "..";
  }

  private static Row row(String name, String... uses) {
    return new Row(name, Arrays.asList(uses));
  }

  private record Row(String name, List<String> uses) {}
}
