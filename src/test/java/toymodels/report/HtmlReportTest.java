package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final Pattern SCRIPT = Pattern.compile("(?s)<script>(.*?)</script>");

  @Test
  void the_policy_allows_exactly_the_scripts_that_are_there() {
    String page = HtmlReport.page(SampleReport.facts("intro"), List.of(SampleReport.report()));
    TreeSet<String> there = new TreeSet<>();
    Matcher scripts = SCRIPT.matcher(page);
    while (scripts.find()) {
      there.add(HtmlReport.hash(scripts.group(1)));
    }
    String policy = page.split("Content-Security-Policy\" content=\"")[1].split("\"")[0];
    TreeSet<String> allowed = new TreeSet<>();
    Matcher hashes = Pattern.compile("'sha256-[^']+'").matcher(policy);
    while (hashes.find()) {
      allowed.add(hashes.group());
    }
    assertEquals(there, allowed);
    assertEquals(5, there.size());
    assertTrue(
        policy.startsWith(
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-"),
        policy);
  }

  @Test
  void a_hash_is_the_one_a_browser_computes() {
    // From the Content Security Policy Level 3 specification, section 8.
    assertEquals(
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='",
        HtmlReport.hash("alert('Hello, world.');"));
  }

  @Test
  void a_page_without_charts_carries_no_chart_library() {
    Report small =
        new Report(
            "a", "A", "B", List.of(SampleReport.directions(), SampleReport.table()), List.of());
    String page = HtmlReport.page(SampleReport.facts("intro"), List.of(small));
    assertTrue(page.length() < 60_000, page.length() + " characters");
    assertFalse(page.contains("Licensed to the Apache Software Foundation"));
  }

  @Test
  void the_chart_library_comes_with_its_notice() {
    String page = HtmlReport.page(SampleReport.facts("intro"), List.of(SampleReport.report()));
    assertTrue(page.contains("Licensed to the Apache Software Foundation"));
    assertTrue(page.contains("Apache ECharts 5.5.0, Copyright 2017-2024"));
  }

  @Test
  void the_same_report_is_the_same_bytes_wherever_it_is_made(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("report.html");
    HtmlReport.write(file, SampleReport.facts("intro"), List.of(SampleReport.report()));
    byte[] here = Files.readAllBytes(file);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertEquals(
          file,
          HtmlReport.writeNumbered(
              file, SampleReport.facts("intro"), List.of(SampleReport.report())));
    } finally {
      Locale.setDefault(before);
    }
    assertEquals(-1, Arrays.mismatch(here, Files.readAllBytes(file)));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void no_number_has_seventeen_digits() {
    String page = HtmlReport.page(SampleReport.facts("intro"), List.of(SampleReport.report()));
    String without =
        page.replaceAll("(?s)<script>.*?</script>", "").replaceAll("base64,[^\"]*", "");
    Matcher digits = Pattern.compile("\\d\\.\\d{9,}").matcher(without);
    assertFalse(digits.find(), () -> digits.group());
  }
}
