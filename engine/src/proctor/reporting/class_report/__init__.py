"""The instructor's report on a class: one HTML page that works from a file, without a network.

`inputs` reads grades and notebooks, `statistics` counts, `charts` draws, `normalized_code` and
`similarity` find nearly identical solutions, and `page` makes thumbnails and assembles the report.
"""
