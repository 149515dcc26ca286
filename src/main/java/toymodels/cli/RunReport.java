package toymodels.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import toymodels.experiment.PlainRun;
import toymodels.experiment.RunOrigin;
import toymodels.report.FigureFiles;
import toymodels.report.HtmlReport;
import toymodels.report.Report;
import toymodels.report.RunFacts;
import toymodels.run.Build;
import toymodels.run.RunDirectory;
import toymodels.run.StudyDirectory;
import toymodels.train.TrainedStudy;

/** The report of a finished run: what it shows, and how it came about. */
final class RunReport {
  static final String FILE = "report.html";
  private static final String FIGURES = "figures";

  private RunReport() {}

  /**
   * Fails unless every study of the run was trained to its end.
   *
   * @throws CommandError if one was not
   */
  static void requireFinished(RunDirectory run) {
    if (!run.finished()) {
      throw new CommandError(
          ErrorKind.USAGE,
          "the run has not been trained to its end",
          run.path().toString(),
          "toymodels train --resume " + RunPaths.quoted(run.path().toString()));
    }
  }

  /**
   * What a run shows: of an experiment its figures and claims, else its models.
   *
   * @param terminal receives it where a run is not of the experiment that its provenance names
   * @throws CommandError if the run is not finished
   */
  static Report of(Terminal terminal, RunDirectory run) {
    requireFinished(run);
    List<TrainedStudy> trained = run.trained();
    RunOrigin origin = RunOrigin.of(run, trained);
    origin
        .doubt()
        .ifPresent(
            why ->
                terminal
                    .err()
                    .printf("note: %s is reported as any other run: %s%n", name(run), why));
    return origin
        .experiment()
        .map(experiment -> experiment.report(trained))
        .orElseGet(() -> PlainRun.report(name(run), trained));
  }

  private static String name(RunDirectory run) {
    return run.path().toAbsolutePath().normalize().getFileName().toString();
  }

  /** How a run came about, from what it recorded itself. */
  static RunFacts facts(RunDirectory run) throws JsonProcessingException {
    JsonNode sessions = new ObjectMapper().readTree(run.provenance()).path("sessions");
    JsonNode last = sessions.path(sessions.size() - 1);
    String configs =
        run.studies().stream()
            .map(StudyDirectory::config)
            .map(config -> config.toToml())
            .collect(Collectors.joining("\n"));
    return new RunFacts(
        name(run),
        run.origin().command(),
        configs,
        run.studies().get(0).study().plan().seed(),
        last.path("backend_description").asText(),
        versions(
            last.path("toymodels").asText(),
            last.path("commit").asText(),
            last.path("java").asText(),
            last.path("os").asText() + " " + last.path("arch").asText()),
        instant(last.path("finished").asText()));
  }

  /** The facts of something made here and now that is not a run. */
  static RunFacts factsOfNow(Path place, String command, long seed, String backend) {
    return new RunFacts(
        place.getFileName().toString(),
        command,
        "",
        seed,
        backend,
        versions(
            Build.version(),
            Build.commit(),
            System.getProperty("java.version"),
            "%s %s %s"
                .formatted(
                    System.getProperty("os.name"),
                    System.getProperty("os.version"),
                    System.getProperty("os.arch"))),
        Instant.now());
  }

  private static Map<String, String> versions(
      String toymodels, String commit, String java, String system) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("toymodels", toymodels);
    versions.put("commit", commit);
    versions.put("Java", java);
    versions.put("system", system);
    return versions;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH; // Provenance edited by hand; the report's date then says so.
    }
  }

  /** Writes the report of one run and its figures into it, and says where the report is. */
  static Path write(RunDirectory run, Report report) throws IOException {
    RunFacts facts = facts(run);
    Path page = writePage(run, facts, List.of(report));
    Set<String> written = new HashSet<>();
    run.derive(
        written::contains,
        () -> {
          Path folder = run.path().resolve(FIGURES);
          for (Path figure : FigureFiles.write(folder, List.of(report))) {
            written.add(FIGURES + "/" + figure.getFileName());
          }
          return null;
        });
    return page;
  }

  /** Writes a page into a run, and says where: nothing that is there already is replaced. */
  static Path writePage(RunDirectory run, RunFacts facts, List<Report> reports) throws IOException {
    List<Path> written = new ArrayList<>();
    run.derive(
        name -> !written.isEmpty() && name.equals(written.get(0).getFileName().toString()),
        () -> {
          written.add(HtmlReport.writeNumbered(run.path().resolve(FILE), facts, reports));
          return null;
        });
    return written.get(0);
  }

  /** Writes a report and its figures into a directory, and says where the report is. */
  static Path write(Path place, RunFacts facts, Report report) throws IOException {
    Path file = place.resolve(FILE);
    file = HtmlReport.writeNumbered(file, facts, List.of(report));
    FigureFiles.write(place.resolve(FIGURES), List.of(report));
    return file;
  }
}
