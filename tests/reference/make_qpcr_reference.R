# Write qpcr.json: ΔCq and relative quantities of docs/examples/synthetic_quantstudio.txt.
#
# Run in the repository:  Rscript tests/reference/make_qpcr_reference.R      (base R 4.2.2)
#
# By quantities instead of cycles: the quantity of a target is E^(-mean Cq), the reference is the geometric mean of the
# genes' quantities, ΔCq is minus the log2 of their ratio. A sample whose reference has an undetermined well is left out.
# Undetermined wells of a target are counted as 40 cycles, which makes the answer a limit.

cycles <- 40
references <- c("GAPDH", "ACTB")
calibrator <- "EX01-0001-S1"
efficiencies <- list(
  perfect = c(RANKL = 2, RANK = 2, OPG = 2, GAPDH = 2, ACTB = 2),
  corrected = c(RANKL = 1.9, RANK = 1.95, OPG = 2.05, GAPDH = 1.98, ACTB = 1.88)
)

lines <- readLines("docs/examples/synthetic_quantstudio.txt", encoding = "UTF-8")
start <- which(lines == "[Results]") + 1
end <- start + which(lines[start:length(lines)] == "")[1] - 2
wells <- read.delim(text = lines[start:end], quote = "", check.names = FALSE, colClasses = "character")
wells <- wells[wells$Task == "UNKNOWN" & wells$Omit == "false", ]
wells$undetermined <- wells$CT == "Undetermined"
wells$cq <- ifelse(wells$undetermined, cycles, suppressWarnings(as.numeric(wells$CT)))

answer <- function(efficiency) {
  by <- list(sample = wells[["Sample Name"]], target = wells[["Target Name"]])
  cell <- aggregate(wells["cq"], by, mean)
  cell$undetermined <- aggregate(wells["undetermined"], by, any)$undetermined
  cell$wells <- aggregate(wells["cq"], by, length)$cq
  cell$sd <- aggregate(wells["cq"], by, sd)$cq
  cell$quantity <- efficiency[cell$target]^(-cell$cq)
  is_reference <- cell$target %in% references
  reference <- tapply(cell$quantity[is_reference], cell$sample[is_reference], function(q) prod(q)^(1 / length(q)))
  unusable <- unique(cell$sample[is_reference & cell$undetermined])
  table <- cell[!is_reference & !cell$sample %in% unusable, ]
  table$ratio <- table$quantity / reference[table$sample]
  table$delta_cq <- -log2(table$ratio)
  own <- table[table$sample == calibrator, ]
  table$fold <- table$ratio / own$ratio[match(table$target, own$target)]
  table[order(table$sample, table$target), ]
}

number <- function(value) ifelse(is.na(value), "null", sprintf("%.17g", value))
as_json <- function(table) {
  rows <- sprintf(
    '    {"sample": "%s", "target": "%s", "limit": %s, "wells": %d, "sd": %s, "delta_cq": %s, "fold": %s}',
    table$sample, table$target, tolower(table$undetermined), table$wells, number(table$sd), number(table$delta_cq),
    number(table$fold)
  )
  paste0("[\n", paste(rows, collapse = ",\n"), "\n  ]")
}

members <- vapply(names(efficiencies), function(name) {
  sprintf('  "%s": %s', name, as_json(answer(efficiencies[[name]])))
}, "")
writeLines(c("{", paste(members, collapse = ",\n"), "}"), "tests/reference/qpcr.json")
