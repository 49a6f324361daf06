# Write within_groups.json: one correlation from those of several groups.
#
# Run in the repository:  Rscript tests/reference/make_within_groups_reference.R
# Package: metafor, which also brings the data.

suppressPackageStartupMessages(library(metafor))
source("tests/reference/json.R")

combined <- function(correlations, sizes, source) {
  groups <- escalc(measure = "ZCOR", ri = correlations, ni = sizes)
  common <- rma(yi, vi, data = groups, method = "FE")
  list(
    source = source, correlations = correlations, sizes = sizes,
    estimate = tanh(unname(common$beta[1, 1])), interval = tanh(c(common$ci.lb, common$ci.ub)),
    heterogeneity = common$QE, degrees_of_freedom = common$k - 1, p = common$QEp
  )
}

write_json(
  list(
    adherence = combined(
      dat.molloy2014$ri, dat.molloy2014$ni,
      "metafor::dat.molloy2014, conscientiousness and adherence to medicines in 16 studies"
    ),
    interviews = combined(
      dat.mcdaniel1994$ri, dat.mcdaniel1994$ni,
      "metafor::dat.mcdaniel1994, ratings of interviews and performance at work in 160 studies"
    ),
    two = combined(c(0.2, 0.5), c(40, 55), "two groups")
  ),
  "within_groups.json"
)
write_json(versions("metafor"), "within_groups_versions.json")
