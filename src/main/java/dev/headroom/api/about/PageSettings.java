package dev.headroom.api.about;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// Where the page links to: `headroom.page.…`. What is not set is not linked.
@ConfigMapping(prefix = "headroom.page")
interface PageSettings {

  /// Grafana, such as `https://grafana.example.org`.
  Optional<String> grafanaUrl();

  /// The folder of the runbooks.
  Optional<String> runbooksUrl();

  /// The documents.
  Optional<String> documentsUrl();
}
