package toymodels.report;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a report says of how it came about: enough to make it again.
 *
 * @param name what was run, such as "intro"; any text, it is never a path
 * @param command the command that makes this report again
 * @param config the resolved configuration as TOML; empty when there is none
 * @param seed the seed of every random number
 * @param backend what computed, such as "cpu (AVX-512, 2 threads)"
 * @param versions what was used, by name, in the order to show: toymodels, Java, the system, the
 *     GPU
 * @param date when the run ended
 */
public record RunFacts(
    String name,
    String command,
    String config,
    long seed,
    String backend,
    Map<String, String> versions,
    Instant date) {
  public RunFacts {
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }
}
