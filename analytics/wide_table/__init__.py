"""One row for each patient or specimen, with the values an analysis would take: read by statistics packages."""
