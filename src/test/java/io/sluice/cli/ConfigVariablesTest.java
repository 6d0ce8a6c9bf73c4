package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigVariablesTest {
  private static final String DOLLARS = "cost$ \\1 ${env:PATH}";

  @TempDir private Path folder;

  @Test
  void shouldFillInValuesFromEnvironmentFileAndFolder() throws Exception {
    Path file = Files.writeString(folder.resolve("secrets"), "one=first\ntwo=second\n");
    Files.writeString(folder.resolve("three"), "third");

    Map<String, String> resolved =
        ConfigVariables.resolve(
            Map.of(
                "config.providers", "env, file,directory",
                "config.providers.file.class",
                    "org.apache.kafka.common.config.provider.FileConfigProvider",
                "a", "${env:PATH}",
                "b", "x ${file:" + file + ":one}-${file:" + file + ":two};",
                "c", "${directory:" + folder + ":three}",
                "d", "plain"));

    assertThat(resolved)
        .isEqualTo(
            Map.of("a", System.getenv("PATH"), "b", "x first-second;", "c", "third", "d", "plain"));
  }

  @Test
  void shouldTakeValuesAsTheyAreWhenTheyLookLikeVariables() throws Exception {
    Files.writeString(folder.resolve("odd"), DOLLARS);

    assertThat(
            ConfigVariables.resolve(
                Map.of(
                    "config.providers", "env,directory", "a", "${directory:" + folder + ":odd}")))
        .isEqualTo(Map.of("a", DOLLARS));
  }

  @Test
  void shouldLeaveTextAloneWhenItIsNoVariable() {
    Map<String, String> plain = Map.of("a", "${PATH}", "b", "pa$$word", "c", "$env:PATH");

    assertThat(ConfigVariables.resolve(plain)).isEqualTo(plain);
  }

  @Test
  void shouldNameAllVariablesWhenTheyHaveNoValue() {
    Map<String, String> settings =
        Map.of(
            "config.providers", "env,file",
            "a", "${env:NOT_SET_ANYWHERE}",
            "b", "${file:" + folder.resolve("missing") + ":key}");

    assertThatThrownBy(() -> ConfigVariables.resolve(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("${env:NOT_SET_ANYWHERE} of a")
        .hasMessageContaining(":key} of b");
  }

  @Test
  void shouldNameTheSettingButNotItsValueWhenAProviderIsNotNamed() {
    Map<String, String> settings =
        Map.of("config.providers", "env", "a", "hidden ${nosuch:secret} ${env:PATH}");

    assertThatThrownBy(() -> ConfigVariables.resolve(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessage("no value for a variable of a, whose provider config.providers does not name");
  }

  @Test
  void shouldNameTheSettingWhenNoProviderIsNamedAtAll() {
    assertThatThrownBy(() -> ConfigVariables.resolve(Map.of("a", "${env:PATH}")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a variable of a,");
  }

  @Test
  void shouldRefuseAProviderThatTheSystemPropertyDoesNotAllow() {
    Map<String, String> settings = Map.of("config.providers", "env", "a", "${env:PATH}");

    assertThatThrownBy(() -> ConfigVariables.resolve(settings, "some.Other"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(EnvVarConfigProvider.class.getName());
    assertThat(ConfigVariables.resolve(settings, EnvVarConfigProvider.class.getName()))
        .containsEntry("a", System.getenv("PATH"));
  }

  @Test
  void shouldKeepToTheFoldersThatAParameterAllows() throws Exception {
    Path file = Files.writeString(folder.resolve("secrets"), "one=first\n");
    Map<String, String> settings =
        Map.of(
            "config.providers",
            "file",
            "config.providers.file.param.allowed.paths",
            folder.resolve("other").toString(),
            "a",
            "${file:" + file + ":one}");
    Files.createDirectory(folder.resolve("other"));

    assertThatThrownBy(() -> ConfigVariables.resolve(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(":one} of a");
  }
}
