"""Reads an OpenMetrics exposition from standard input by the strict parser of prometheus_client."""

import sys

from prometheus_client.openmetrics.parser import text_fd_to_metric_families

families = list(text_fd_to_metric_families(sys.stdin))
names = {family.name for family in families}
for name in ("headroom_fleet_capacity_bytes", "headroom_job_predicted_peak_bytes", "headroom_prediction_error_ratio"):
    if name not in names:
        sys.exit(f"{name} is missing")
print(f"{len(families)} families, {sum(len(family.samples) for family in families)} samples")
