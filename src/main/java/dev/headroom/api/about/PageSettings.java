package dev.headroom.api.about;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// Where the page links to: `headroom.page.…`. Documents and runbooks are the monitor's own where
/// no others are set; Grafana is not linked then.
@ConfigMapping(prefix = "headroom.page")
interface PageSettings {

  /// Grafana, which the page links to if it is set, such as `https://grafana.example.org`.
  Optional<String> grafanaUrl();

  /// The folder of the runbooks, which the page links to. Without it, the monitor's own.
  Optional<String> runbooksUrl();

  /// The documents, which the page links to. Without it, the monitor's own.
  Optional<String> documentsUrl();
}
