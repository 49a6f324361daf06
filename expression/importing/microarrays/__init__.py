"""Tissue microarrays as laboratories keep them: workbooks with one sheet per biomarker in the grid of the block.

A workbook holds a map, whose cells name the case of each core, and score sheets in which the same cells hold what was
read. Another workbook may say what the numbers mean (``translation``) and how cores are consolidated.
"""
