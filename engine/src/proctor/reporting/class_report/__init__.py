"""The instructor's report on a class: one HTML page that works from a file, without a network.

`gathering` reads what there is, `figures` counts, `charts` draws, `solutions` and `similarity`
look for solutions that are nearly the same, `maps` makes thumbnails, and `page` puts it together.
"""
