package dev.headroom.api.about;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.api.problem.Parameters;
import dev.headroom.api.problem.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/// The documents and runbooks as pages: they are at hand where nothing else can be reached. Their
/// paths are those of the source tree, so they link to each other as they do there.
@Path("/documents")
final class DocumentsResource {

  static final String README = "/documents/README.md";
  static final String RUNBOOKS = "/documents/docs/runbooks";

  private static final Pattern NAME =
      Pattern.compile("(?:docs/(?:[a-z]{1,20}/)?)?[A-Za-z-]{1,60}\\.md");
  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder().extensions(EXTENSIONS).escapeHtml(true).build();

  /// The folder is its list.
  @GET
  @Path("/docs/runbooks")
  @Operation(hidden = true)
  public Response runbooks() {
    return Response.seeOther(URI.create(RUNBOOKS + "/README.md")).build();
  }

  @GET
  @Path("/{name: .+}")
  @Produces(MediaType.TEXT_HTML)
  @Operation(hidden = true)
  public String document(@RestPath String name) {
    String written =
        read(name)
            .orElseThrow(
                () -> Problem.of(404, "document unknown: " + Parameters.shown(name)).exception());
    Node document = PARSER.parse(written);
    document.accept(new OwnLinks(URI.create("/documents/" + name)));
    String title = name.substring(name.lastIndexOf('/') + 1).replace(".md", "");
    return page(title, RENDERER.render(document));
  }

  private static String page(String title, String content) {
    return """
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>%s · Headroom</title>
          <link rel="icon" href="/headroom.svg" type="image/svg+xml">
          <link rel="stylesheet" href="/page/headroom.css">
        </head>
        <body>
          <header><a class="brand" href="/"><img src="/headroom.svg" alt="" width="26" height="26"> \
        Headroom</a><nav aria-label="Documents"><a href="/">Jobs</a><a href="/documents/README.md">\
        Documents</a><a href="/documents/docs/runbooks/README.md">Runbooks</a></nav></header>
          <main class="document">%s</main>
        </body>
        </html>
        """
        .formatted(title, content);
  }

  private static Optional<String> read(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    try (@Nullable InputStream in =
        Thread.currentThread().getContextClassLoader().getResourceAsStream("documents/" + name)) {
      return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Leaves links to documents and to other hosts; of what is not served here only the words stay.
  private static final class OwnLinks extends AbstractVisitor {

    private final URI here;

    private OwnLinks(URI here) {
      this.here = here;
    }

    @Override
    public void visit(Image image) {
      image.unlink();
    }

    @Override
    public void visit(Link link) {
      visitChildren(link);
      URI target = here.resolve(link.getDestination());
      if (target.isAbsolute()
          || read(target.getPath().replaceFirst("^/documents/", "")).isPresent()) {
        return;
      }
      for (Node child = link.getFirstChild(); child != null; child = link.getFirstChild()) {
        link.insertBefore(child);
      }
      link.unlink();
    }
  }
}
