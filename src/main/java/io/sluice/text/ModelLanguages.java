package io.sluice.text;

import com.ibm.icu.util.ULocale;
import io.sluice.domain.LanguagePair;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The languages of a model: BCP-47 outside, NLLB codes ({@code deu_Latn}) inside. Immutable.
 *
 * @param codes model code by BCP-47 language tag, only codes that the vocabulary has
 * @param ids token id by model code
 */
public record ModelLanguages(Map<String, String> codes, Map<String, Integer> ids) {

  public ModelLanguages {
    codes = Collections.unmodifiableMap(new LinkedHashMap<>(codes));
    ids = Collections.unmodifiableMap(new LinkedHashMap<>(ids));
  }

  /** Finds the BCP-47 language of every code of a vocabulary. */
  static ModelLanguages of(Map<String, Integer> ids) {
    Map<String, String> codes = new LinkedHashMap<>();
    for (String language : Locale.getISOLanguages()) {
      String code = codeOf(language);
      if (ids.containsKey(code)) {
        codes.putIfAbsent(language, code);
      }
    }
    return new ModelLanguages(codes, ids);
  }

  /**
   * Token id of a language. Regions are ignored: {@code de-AT} is German.
   *
   * @return empty if the model does not know the language
   */
  public OptionalInt id(String bcp47) {
    String code = codes.get(bcp47);
    Integer id = ids.get(code == null ? codeOf(bcp47) : code);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Every ordered pair of two different languages. */
  public Set<LanguagePair> pairs() {
    Set<LanguagePair> pairs = new LinkedHashSet<>();
    for (String source : codes.keySet()) {
      for (String target : codes.keySet()) {
        if (!source.equals(target)) {
          pairs.add(new LanguagePair(source, target));
        }
      }
    }
    return Collections.unmodifiableSet(pairs);
  }

  /** Three-letter language and script, as NLLB writes it. */
  private static String codeOf(String bcp47) {
    ULocale locale = ULocale.addLikelySubtags(ULocale.forLanguageTag(bcp47));
    try {
      return locale.getISO3Language() + "_" + locale.getScript();
    } catch (MissingResourceException e) {
      return "";
    }
  }
}
