package toymodels.cli;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import toymodels.interop.SceneFactory;
import toymodels.interop.WatchedTraining;
import toymodels.natives.NativeLoadException;
import toymodels.run.RunDirectory;
import toymodels.run.RunOutcome;
import toymodels.run.file.StorageException;
import toymodels.viewer.DisplayLostException;

/**
 * Trains a run with a window beside it. Training has a thread of its own, since windows want the
 * process's first; whatever becomes of the window, training goes on to the same bits.
 */
final class WatchedSession {
  private final Terminal terminal;
  private final Session session;
  private final PictureOptions pictures;

  WatchedSession(Terminal terminal, Session session, PictureOptions pictures) {
    this.terminal = terminal;
    this.session = session;
    this.pictures = pictures;
  }

  RunOutcome train(RunDirectory run, String label) {
    WatchedTraining watched =
        new WatchedTraining(
            session.backend(), run.studies().get(0).study(), new SceneFactory(label));
    AtomicBoolean stopped = new AtomicBoolean();
    CompletableFuture<RunOutcome> outcome =
        CompletableFuture.supplyAsync(
            () -> session.train(run, label, watched), task -> new Thread(task, "training").start());
    outcome.whenComplete(
        (result, failure) -> {
          watched.end();
          stopped.set(failure != null || result.stopped());
        });
    try {
      new ViewerLauncher(terminal, pictures, watched, watched.feeds()).window(stopped::get);
      if (!outcome.isDone()) {
        terminal.err().println("view: the window is closed, training goes on");
      }
    } catch (DisplayLostException e) {
      withoutWindow(run, e.getMessage());
    } catch (RuntimeException | Error e) {
      withoutWindow(run, "no window (" + NativeLoadException.words(e) + ")");
    } finally {
      watched.close();
    }
    return result(outcome);
  }

  private void withoutWindow(RunDirectory run, String why) {
    String line = why + ", training goes on without a window";
    terminal.err().println("view: " + line);
    try {
      run.log(line);
    } catch (StorageException e) {
      // What training writes itself fails as well, and says so.
    }
  }

  private static RunOutcome result(CompletableFuture<RunOutcome> outcome) {
    try {
      return outcome.join();
    } catch (CompletionException | CancellationException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }
}
