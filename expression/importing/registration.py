"""Which files of measurements the portal can import, the most specific first. Loaded when Django starts."""

from cases.importing.formats import register
from cases.importing.records.record_table import RecordTable
from expression.importing.expression_table import ExpressionTable
from expression.importing.microarrays.qupath_format import QuPathCores
from expression.importing.microarrays.rule_format import ScoreRules
from expression.importing.microarrays.sheet_format import BlockSheets
from expression.importing.plate_format import QuantStudioFormat

register(QuantStudioFormat())
register(BlockSheets())
register(ScoreRules())
register(QuPathCores())
register(RecordTable())
register(ExpressionTable())
