# Write answers as JSON with 17 digits; the scripts beside this one source it.

folder <- "tests/reference"

# A named list is an object, an unnamed list an array; I(x) keeps a vector of length one an array; NA is null.
to_json <- function(value) {
  if (is.list(value)) {
    items <- vapply(value, to_json, "")
    if (is.null(names(value))) return(paste0("[", paste(items, collapse = ", "), "]"))
    return(paste0("{", paste0(encodeString(names(value), quote = '"'), ": ", items, collapse = ", "), "}"))
  }
  one <- function(v) {
    if (is.na(v)) "null"
    else if (is.character(v)) encodeString(v, quote = '"')
    else if (is.logical(v)) tolower(as.character(v))
    else if (is.finite(v)) sprintf("%.17g", v)
    else stop("not a finite number: ", v)
  }
  items <- vapply(unname(unclass(value)), one, "")
  if (length(items) == 1 && !inherits(value, "AsIs")) items else paste0("[", paste(items, collapse = ", "), "]")
}

write_json <- function(value, name) {
  lines <- paste0("  ", encodeString(names(value), quote = '"'), ": ", vapply(value, to_json, ""))
  writeLines(c("{", paste(lines, collapse = ",\n"), "}"), file.path(folder, name), useBytes = TRUE)
}

versions <- function(packages) {
  c(
    list(R = paste(R.version$major, R.version$minor, sep = ".")),
    sapply(packages, function(package) as.character(packageVersion(package)), simplify = FALSE)
  )
}
